import { readTap } from './formats.ts';
import { builtFromSource } from './from-source.ts';
import { type ForeignSuite, suiteInGuest } from './suite.ts';

/** Its sources for Linux. */
const unix =
  'async core dl epoll fs getaddrinfo getnameinfo linux-core linux-inotify linux-syscalls loop loop-watcher pipe poll' +
  ' process procfs-exepath proctitle random-devurandom random-getrandom random-sysctl-linux signal stream tcp thread tty udp';

const build = `mkdir lib; cd lib
  flags="-O1 -w -pthread -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I../include -I../src"
  cc -c $flags ../src/*.c ${unix.replace(/\S+/g, '../src/unix/$&.c')}
  ar rc ../libuv.a *.o; cd ../test
  cc -static $flags -o $OUT/run-tests runner.c runner-unix.c run-tests.c echo-server.c blackhole-server.c test-*.c ../libuv.a
  mkdir $OUT/test; cp -r fixtures $OUT/test`;

/** It runs all tests if it is given none, and otherwise one. */
const run = `export UV_RUN_AS_ROOT=1 UV_TEST_TIMEOUT_MULTIPLIER=10
  ln -sfn ${suiteInGuest}/test /tmp/test
  test $# -gt 0 || exec "$0"
  for test; do "$0" "$test"; done`;

export const libuv: ForeignSuite = {
  name: 'libuv',
  layers: [],
  memoryMb: 1024,
  build: () => builtFromSource('libuv1', build),
  pieces: ['all'],
  command: (_, tests) => ['sh', '-c', run, `${suiteInGuest}/run-tests`, ...tests],
  read: readTap,
  pieceTimeoutMs: 1_800_000,
};
