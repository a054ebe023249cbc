import { expect, test } from 'vitest';
import { withSystemTools } from '../../../src/host/search-path.ts';

test.each([
  // As Debian sets it for an ordinary user, for root, and nothing at all.
  ['/usr/local/bin:/usr/bin:/bin', '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'],
  ['/usr/local/sbin:/usr/sbin:/sbin:/bin', '/usr/local/sbin:/usr/sbin:/sbin:/bin'],
  [undefined, '/usr/local/sbin:/usr/sbin:/sbin'],
])('%s is searched first, and then the folders of system tools', (path, expected) => {
  expect(withSystemTools(path)).toBe(expected);
});
