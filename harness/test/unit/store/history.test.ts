import { describe, expect, it, test } from 'vitest';
import { readCommit } from '../../../src/host/commit.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import { appendHistory, readHistory } from '../../../src/store/history.ts';
import type { Manifest } from '../../../src/store/manifest.ts';
import { testbedId } from '../../../src/store/testbed.ts';
import { matrix, sample, wall } from '../measure/made.ts';
import { scratch, start, testbed } from './made.ts';

const night = (commit: string): Manifest => ({
  ...start({ zerohop: { commit, dirty: false } }),
  run: `run-${commit}`,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  elapsedMs: 0,
  resumed: 0,
  testbedId: { virtual: testbedId('virtual', testbed), wall: testbedId('wall', testbed) },
  boots: [],
});

const summary = (rate: number) =>
  summarise({
    experiment: { name: 'netperf', matrices: [matrix], baseline: 'tcp', ratios: [] },
    profile: 'quick',
    kernels: ['default'],
    claims: [],
    samples: [sample('tcp', 0, rate), sample('smc', 0, 2 * rate), sample('tcp', 0, rate, wall())],
    unavailable: [],
    warnings: [],
  });

describe('history', () => {
  it('has one series for each cell and testbed', async () => {
    const results = await scratch();
    await appendHistory(night('a'), summary(100), results);
    await appendHistory(night('b'), summary(110), results);
    const virtual = await readHistory('netperf', testbedId('virtual', testbed), results);
    expect(virtual).toHaveLength(2);
    const tcp = virtual.find(({ name }) => name.startsWith('tcp '));
    expect(tcp?.entries.map(({ commit, median }) => [commit, median])).toEqual([
      ['a', 100],
      ['b', 110],
    ]);
    expect(await readHistory('netperf', testbedId('wall', testbed), results)).toHaveLength(1);
    expect(await readHistory('netperf', 'elsewhere', results)).toEqual([]);
  });
});

test('a backfilled commit stands at its own date, before the nights that were measured earlier', async () => {
  const results = await scratch();
  await appendHistory(night('a'), summary(100), results);
  const older = { commit: 'older', at: '2025-12-01T00:00:00.000Z' };
  await appendHistory(night('b'), summary(90), results, older);
  const [series] = await readHistory('netperf', testbedId('virtual', testbed), results);
  expect(series?.entries.map(({ commit, backfilled }) => [commit, backfilled])).toEqual([
    ['older', '2026-01-01T00:00:00.000Z'],
    ['a', undefined],
  ]);
});

test('nights have equal marks if they ran the same kernel, root filesystem and harness', async () => {
  const { commit } = await readCommit();
  const marks = async (changes: Partial<Manifest>) => {
    const results = await scratch();
    await appendHistory({ ...night(commit), ...changes }, summary(100), results);
    const [series] = await readHistory('netperf', testbedId('virtual', testbed), results);
    return series?.entries[0]?.made;
  };
  const mark = await marks({});
  expect(mark).toMatch(/^[0-9a-f]{16}$/);
  expect(await marks({ startedAt: '2026-02-01T00:00:00.000Z' })).toBe(mark);
  const [kernel] = night(commit).kernels;
  if (kernel === undefined) throw new Error('no kernel');
  expect(await marks({ kernels: [{ ...kernel, bundle: 'other' }] })).not.toBe(mark);
  const otherRoot = { ...testbed, rootHash: 'other' };
  expect(await marks({ testbed: otherRoot })).not.toBe(mark);
  expect(await marks({ zerohop: { commit: 'not here', dirty: false } })).toBeUndefined();
});

test('appendHistory refuses the figures of a tree that differs from its commit', async () => {
  const results = await scratch();
  const dirty = { ...night('a'), zerohop: { commit: 'a', dirty: true } };
  await expect(appendHistory(dirty, summary(100), results)).rejects.toMatchObject({ kind: 'usage' });
  expect(await readHistory('netperf', testbedId('virtual', testbed), results)).toEqual([]);
});

describe('testbedId', () => {
  it('ignores the CPU for virtual series only', () => {
    const other = { ...testbed, cpuModel: 'B CPU' };
    expect(testbedId('virtual', other)).toBe(testbedId('virtual', testbed));
    expect(testbedId('wall', other)).not.toBe(testbedId('wall', testbed));
  });

  it('has the flags of its own clock alone, so that KVM starts no other virtual series', () => {
    const kvm = { ...testbed, qemuFlags: { virtual: ['-icount'], wall: ['-accel', 'kvm'] } };
    expect(testbedId('virtual', kvm)).toBe(testbedId('virtual', testbed));
    expect(testbedId('wall', kvm)).not.toBe(testbedId('wall', testbed));
    const counted = { ...testbed, qemuFlags: { virtual: ['-icount', 'x'], wall: ['-cpu', 'max'] } };
    expect(testbedId('virtual', counted)).not.toBe(testbedId('virtual', testbed));
    expect(testbedId('wall', counted)).toBe(testbedId('wall', testbed));
  });

  it('is 16 hexadecimal digits, as in the history that exists', () => {
    expect(testbedId('virtual', testbed)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('has compiler, config and root in virtual series alone', () => {
    for (const change of [{ compiler: 'x' }, { configHash: 'x' }, { rootHash: 'x' }]) {
      const other = { ...testbed, ...change };
      expect(testbedId('virtual', other)).not.toBe(testbedId('virtual', testbed));
      expect(testbedId('wall', other)).toBe(testbedId('wall', testbed));
    }
  });

  it('changes with QEMU, memory path, kernel base and accelerator', () => {
    const accelerator = { virtual: 'x', wall: 'x' };
    for (const change of [{ qemuVersion: 'x' }, { memoryPath: 'x' }, { kernelBase: 'x' }, { accelerator }]) {
      expect(testbedId('wall', { ...testbed, ...change })).not.toBe(testbedId('wall', testbed));
      expect(testbedId('virtual', { ...testbed, ...change })).not.toBe(testbedId('virtual', testbed));
    }
  });
});
