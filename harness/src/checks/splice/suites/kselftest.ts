import { runPrograms } from './exit-status.ts';
import { readEvents } from './formats.ts';
import { builtFromKernel } from './from-source.ts';
import type { ForeignSuite } from './suite.ts';

/**
 * The tests of tools/testing/selftests/net that are one program, build without further libraries, and send over TCP
 * between its own sockets.
 */
const programs = ['sk_so_peek_off', 'tcp_inq'];

const build = programs
  .map(
    (name) =>
      `cc -static -O1 -w -pthread -D_GNU_SOURCE= -o $OUT/${name} tools/testing/selftests/net/${name}.c`,
  )
  .join('\n');

/** The kernel's own tests of its sockets, from the pinned source. */
export const kselftest: ForeignSuite = {
  name: 'kselftest',
  layers: [],
  memoryMb: 1024,
  build: () => builtFromKernel(build),
  pieces: programs,
  command: (program) => runPrograms([program]),
  read: readEvents,
  pieceTimeoutMs: 300_000,
};
