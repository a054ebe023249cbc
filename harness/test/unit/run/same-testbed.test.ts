import { expect, test } from 'vitest';
import { otherTestbed, testbedChange } from '../../../src/run/same-testbed.ts';
import { start } from '../store/made.ts';

const { testbed } = start();

test('the testbed that a run began on is none to complain of', () => {
  expect(testbedChange(testbed, structuredClone(testbed), ['virtual', 'wall'])).toBeNull();
});

test('another QEMU changes the testbed of each clock, and is named', () => {
  const change = testbedChange(testbed, { ...testbed, qemuVersion: '9.9.9' }, ['virtual', 'wall']);
  expect(change).toBe(
    `the testbed of the virtual and the wall clock has changed: qemuVersion was ${testbed.qemuVersion} and is 9.9.9`,
  );
});

test('another CPU changes the testbed of the wall clock alone', () => {
  const here = { ...testbed, cpuModel: 'another' };
  expect(testbedChange(testbed, here, ['virtual'])).toBeNull();
  expect(testbedChange(testbed, here, ['wall'])).toContain('cpuModel was');
  expect(testbedChange(testbed, here, [])).toBeNull();
});

test('the refusal has the command that resumes all the same', () => {
  const failure = otherTestbed('it changed', 'npm run experiment netperf -- --resume DIR');
  expect(failure).toMatchObject({ kind: 'usage', message: 'it changed' });
  expect(failure.next).toContain('npm run experiment netperf -- --resume DIR --other-testbed');
});
