import { expect, test } from 'vitest';
import { hasColor } from '../../../src/cli/color.ts';

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  // The convention asks for a value that is not empty.
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
])('%j on a terminal: %s gives colours: %s', (env, isTTY, colors) => {
  expect(hasColor({ isTTY }, env)).toBe(colors);
});
