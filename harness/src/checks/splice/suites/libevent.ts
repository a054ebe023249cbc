import { readTinytest } from './formats.ts';
import { builtFromSource } from './from-source.ts';
import { type ForeignSuite, suiteInGuest } from './suite.ts';

const build = `./configure --disable-shared --disable-openssl --disable-samples --disable-dependency-tracking CFLAGS='-O1 -w'
  make -s include/event2/event-config.h
  make -s -j2 LDFLAGS=-all-static test/regress
  cp test/regress $OUT`;

export const libevent: ForeignSuite = {
  name: 'libevent',
  layers: [],
  memoryMb: 1024,
  build: () => builtFromSource('libevent', build),
  pieces: ['http', 'rpc', 'bufferevent'],
  command: (group, tests) => [`${suiteInGuest}/regress`, ...(tests.length === 0 ? [`${group}/..`] : tests)],
  read: readTinytest,
  pieceTimeoutMs: 1_200_000,
};
