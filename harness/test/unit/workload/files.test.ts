import { expect, test } from 'vitest';
import { readLoop, tracesOf } from '../../../src/workload/files.ts';
import { fioArgv, readFio } from '../../../src/workload/fio.ts';
import { point, wall } from '../measure/made.ts';

const alone = { test: 'write', order: 'random', threads: 1, files: 'own', size: 65536 };

test('readLoop derives instructions and throughput from the rate', () => {
  const { values, transactions } = readLoop(point(alone), '{"operations":1280,"all":1792,"rate":100000.000}');
  expect(values).toEqual([
    { metric: 'rate', value: 100_000 },
    { metric: 'instructions_per_txn', value: 10_000 },
    { metric: 'mbit_per_s', value: 52_428.8 },
  ]);
  expect(transactions).toBe(1792);
});

test('readLoop derives no instructions on the wall clock', () => {
  const { values } = readLoop(wall(alone), '{"operations":1280,"all":1792,"rate":100000.000}');
  expect(values.map(({ metric }) => metric)).toEqual(['rate', 'mbit_per_s']);
});

test('tracesOf expects every page of every file, with what the test leaves there', () => {
  expect(tracesOf(point(alone))).toEqual({ mark: 'written', least: 2048 });
  expect(tracesOf(point({ ...alone, test: 'read', threads: 4 }))).toEqual({ mark: 'filled', least: 8192 });
  expect(tracesOf(point({ ...alone, threads: 4, files: 'one' }))).toEqual({ mark: 'written', least: 2048 });
});

const report = (changes: object = {}) => {
  const idle = { total_ios: 0, iops: 0 };
  const write = { total_ios: 2000, iops: 8000.5 };
  return JSON.stringify({ jobs: [{ error: 0, read: idle, write, ...changes }] });
};

test('readFio reads the side of the test', () => {
  const { values, transactions } = readFio(point(alone), report());
  expect(values[0]).toEqual({ metric: 'rate', value: 8000.5 });
  expect(transactions).toBe(2000);
});

test('readFio throws when fio failed, did nothing, or has several groups of jobs', () => {
  expect(() => readFio(point(alone), report({ error: 28 }))).toThrow(/cannot be read/);
  expect(() => readFio(point({ ...alone, test: 'read' }), report())).toThrow(/did nothing/);
  expect(() => readFio(point(alone), '{"jobs":[]}')).toThrow(/cannot be read/);
});

test('fioArgv gives threads a file each, or one for all', () => {
  const argv = (changes: object) =>
    fioArgv({ params: point({ ...alone, threads: 4, ...changes }), variantName: 'daxfs' }, 250);
  expect(argv({})).toContain('--filename_format=/tmp/under-test/$jobnum');
  expect(argv({ files: 'one' })).toContain('--filename_format=/tmp/under-test/0');
  expect(argv({})).toEqual(expect.arrayContaining(['--rw=randwrite', '--numjobs=4', '--ioengine=psync']));
});

test('fioArgv measures fio itself for fio-alone', () => {
  expect(fioArgv({ params: point(alone), variantName: 'fio-alone' }, 250)).toContain('--ioengine=null');
});
