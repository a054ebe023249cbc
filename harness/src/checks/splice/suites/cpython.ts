import { programsInGuest } from '../host.ts';
import { readEvents } from './formats.ts';
import type { ForeignSuite } from './suite.ts';

const files = 'socket ftplib httplib httpservers asyncore asynchat smtplib poplib';

/** Debian's tests of Debian's CPython: the files whose tests send over TCP. */
export const cpython: ForeignSuite = {
  name: 'CPython',
  layers: ['python', 'python-tests'],
  memoryMb: 2048,
  pieces: files.split(' ').map((file) => `test.test_${file}`),
  command: (file, tests) => ['python3.11', `${programsInGuest}/cpython.py`, file, ...tests],
  read: readEvents,
  pieceTimeoutMs: 1_800_000,
};
