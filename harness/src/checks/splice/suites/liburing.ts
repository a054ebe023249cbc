import { runPrograms } from './exit-status.ts';
import { readEvents } from './formats.ts';
import { builtFromSource } from './from-source.ts';
import type { ForeignSuite } from './suite.ts';

/** The programs that open stream sockets. */
const programs =
  'accept accept-link accept-reuse accept-test connect poll-link recv-msgall-stream recv-multishot ring-leak2' +
  ' send-zerocopy shutdown socket socket-rw socket-rw-eagain socket-rw-offset 232c93d07b74 files-exit-hang-poll' +
  ' files-exit-hang-timeout';

const build = `./configure
  make -s -j2 -C src CFLAGS='-O1 -w'
  make -s -j2 -C test CFLAGS='-O1 -w' LDFLAGS=-static ${programs.replace(/\S+/g, '$&.t')}
  for program in test/*.t; do cp $program $OUT/$(basename $program .t); done`;

export const liburing: ForeignSuite = {
  name: 'liburing',
  layers: [],
  memoryMb: 1024,
  build: () => builtFromSource('liburing', build),
  pieces: ['all'],
  command: (_, tests) => runPrograms(tests.length === 0 ? programs.split(' ') : tests),
  read: readEvents,
  pieceTimeoutMs: 1_200_000,
};
