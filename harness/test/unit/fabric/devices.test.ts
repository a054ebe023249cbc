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
  const args = cxlDevice('memory-backend-ram', { sizeBytes: 300 * mib }, 10).join(' ');
  expect(args.match(/size=\d+/g)).toEqual([`size=${512 * mib}`, `size=${512 * mib}`]);
  expect(args).toContain('cxl-fmw.0.targets.0=cxl.0');
  expect(args).not.toContain('targets.1');
  expect(args).toContain('sn=0xa');
});

it.each([
  ['direct', []],
  ['switch', ['cxl-up0 on cxl-rp0', 'cxl-down0 on cxl-up0']],
  [
    'two-switches',
    ['cxl-up0 on cxl-rp0', 'cxl-down0 on cxl-up0', 'cxl-up1 on cxl-down0', 'cxl-down1 on cxl-up1'],
  ],
] as const)('%s: the device is behind the last port of the way down', (topology, ports) => {
  const args = cxlDevice('memory-backend-ram', { sizeBytes: mib, topology }, 1).join(' ');
  const found = [...args.matchAll(/cxl-(?:up|down)stream,.*?bus=([^, ]+),id=([^, ]+)/g)];
  expect(found.map(([, bus, id]) => `${id} on ${bus}`)).toEqual(ports);
  expect(args).toContain(`cxl-type3,bus=${ports.at(-1)?.split(' ')[0] ?? 'cxl-rp0'},`);
});
