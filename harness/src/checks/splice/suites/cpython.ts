import { programsInGuest } from '../host.ts';
import { readEvents } from './formats.ts';
import type { ForeignSuite } from './suite.ts';

/** Debian's tests of Debian's CPython: the files whose tests send over TCP. */
export const cpython: ForeignSuite = {
  name: 'CPython',
  layers: ['python', 'python-tests'],
  memoryMb: 2048,
  pieces: ['test.test_socket'],
  command: (file, tests) => ['python3.11', `${programsInGuest}/cpython.py`, file, ...tests],
  read: readEvents,
  pieceTimeoutMs: 1_800_000,
};
