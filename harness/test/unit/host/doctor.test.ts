import { expect, test } from 'vitest';
import { mirror } from '../../../src/host/doctor.ts';

test.each([
  ['Debian GNU/Linux 12 (bookworm)', ['Debian'], true],
  ['Debian GNU/Linux 12 (bookworm)', [], true],
  ['Ubuntu 24.04 LTS', [], false],
  ['Ubuntu 24.04 LTS', ['Ubuntu'], false],
  ['Ubuntu 24.04 LTS', ['Ubuntu', 'Debian'], true],
])('%s with packages of %j has a Debian mirror: %s', (distribution, origins, ok) => {
  expect(mirror({ distribution }, origins).ok).toBe(ok);
});
