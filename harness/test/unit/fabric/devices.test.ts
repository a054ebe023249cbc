import { expect, it } from 'vitest';
import { capacityFor, cxlDevice } from '../../../src/fabric/devices.ts';

const mib = 2 ** 20;

it.each([
  [1, 256],
  [64, 256],
  [254, 256],
  [256, 512],
])('%i MiB and the place of the self-test lie in a CXL device of %i MiB', (asked, capacity) => {
  expect(capacityFor(asked * mib)).toBe(capacity * mib);
});

it('the window, the backend and the device have one size, and the device is the only target', () => {
  const args = cxlDevice('memory-backend-ram', 300 * mib, 10).join(' ');
  expect(args.match(/size=\d+/g)).toEqual([`size=${512 * mib}`, `size=${512 * mib}`]);
  expect(args).toContain('cxl-fmw.0.targets.0=cxl.0');
  expect(args).not.toContain('targets.1');
  expect(args).toContain('sn=0xa');
});
