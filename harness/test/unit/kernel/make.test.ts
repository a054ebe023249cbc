import { expect, test } from 'vitest';
import { firstError } from '../../../src/kernel/make.ts';

test.each([
  [
    'a compiler before make',
    `  CC      net/core/sock.o
make[5]: *** [scripts/Makefile.build:229: net/core/sock.o] Error 1
net/ipv4/tcp_bpf.c:12:3: error: 'x' undeclared (first use in this function)
make: *** [Makefile:224: __sub-make] Error 2`,
    "net/ipv4/tcp_bpf.c:12:3: error: 'x' undeclared (first use in this function)",
  ],
  [
    'the linker',
    "ld: net/core/sock.o: in function `f':\nsock.c:(.text+0x1): undefined reference to `splice'\nmake: *** [vmlinux] Error 1",
    "sock.c:(.text+0x1): undefined reference to `splice'",
  ],
  ['a missing tool', '/bin/sh: 1: flex: not found\nmake: *** [x] Error 127', '/bin/sh: 1: flex: not found'],
  ['a full disk', 'error: writing x.o\nfatal: No space left on device', 'fatal: No space left on device'],
  [
    'kbuild itself',
    "***\n*** The source tree is not clean, please run 'make mrproper'\n***",
    "*** The source tree is not clean, please run 'make mrproper'",
  ],
])('%s is quoted', (_, log, line) => {
  expect(firstError(log)).toBe(line);
});

test('firstError returns nothing when the log has no error', () => {
  expect(firstError('  CC      net/core/sock.o\n')).toBeUndefined();
});
