import { readEvents } from './formats.ts';
import { builtFromSource } from './from-source.ts';
import { type ForeignSuite, suiteInGuest } from './suite.ts';

/** The programs that open stream sockets. */
const programs =
  'accept accept-link accept-reuse accept-test connect poll-link recv-msgall-stream recv-multishot ring-leak2' +
  ' send-zerocopy shutdown socket socket-rw socket-rw-eagain socket-rw-offset 232c93d07b74 files-exit-hang-poll' +
  ' files-exit-hang-timeout';

const build = `./configure
  make -s -j2 -C src CFLAGS='-O1 -w'
  make -s -j2 -C test CFLAGS='-O1 -w' LDFLAGS=-static ${programs.replace(/\S+/g, '$&.t')}
  cp test/*.t $OUT`;

export const liburing: ForeignSuite = {
  name: 'liburing',
  layers: [],
  memoryMb: 1024,
  build: () => builtFromSource('liburing', build),
  pieces: ['all'],
  command: (_, tests) => [
    'sh',
    '-c',
    run,
    suiteInGuest,
    ...(tests.length === 0 ? programs.split(' ') : tests),
  ],
  read: readEvents,
  pieceTimeoutMs: 1_200_000,
};

/** 77 is what a program ends with that finds no support for what it tests. */
const run = `for test; do
    echo "began $test"
    timeout -s KILL 120 "$0/$test.t" >&2
    case $? in 0) echo "passed $test" ;; 77) echo "skipped $test" ;; *) echo "failed $test" ;; esac
  done`;
