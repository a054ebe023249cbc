import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gravest, type HostEnd, judge } from '../../../../src/guest/console/verdict.ts';
import type { HostSpec } from '../../../../src/guest/spec.ts';
import { Failure } from '../../../../src/host/failure.ts';

const banner = '[    0.000000] Linux version 6.12.0\n';
const warning = `${banner}[    1.000000] ------------[ cut here ]------------
[    1.000001] WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2
[    1.000002] ---[ end trace 0000000000000000 ]---
`;
const panic = `${banner}[    1.000000] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n`;

let logDir: string;

beforeAll(async () => {
  logDir = await mkdtemp(join(tmpdir(), 'zerohop-verdict-'));
});

afterAll(() => rm(logDir, { recursive: true }));

async function verdict(console: string, end: HostEnd) {
  await writeFile(join(logDir, 'console.log'), console);
  const found = await judge({ name: 'h0', logDir } as HostSpec, end);
  return found?.outcome === 'failed' ? found.failure.kind : found;
}

const ended = (status: number, timedOut = false): HostEnd => ({
  result: { status, timedOut, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) },
});
const failed = (kind: 'infra' | 'kernel'): HostEnd => ({ failure: new Failure(kind, 'failed') });

test('judge returns nothing when everything went well', async () => {
  expect(await verdict(banner, ended(0))).toBeUndefined();
});

test('judge returns a complaint of the kernel before everything else', async () => {
  for (const end of [ended(0), ended(7), ended(137, true), failed('infra'), failed('kernel')])
    expect(await verdict(warning, end)).toBe('kernel');
});

test('judge returns the time limit before the command', async () => {
  expect(await verdict(banner, ended(137, true))).toBe('timeout');
  const found = await judge({ name: 'h0', logDir } as HostSpec, ended(137, true));
  expect(found).toMatchObject({ failure: { next: expect.stringContaining('--timeout') } });
  expect(await verdict(banner, ended(7))).toEqual({ outcome: 'command', status: 7 });
});

test('judge ignores a panic when the failure names it', async () => {
  expect(await verdict(panic, failed('infra'))).toBe('infra');
  expect(await verdict(panic, failed('kernel'))).toBe('kernel');
  expect(await verdict(panic, ended(0))).toBe('kernel');
});

test('fails where a console cannot be withConsolesChecked, unless there is a failure already', async () => {
  await expect(verdict('', ended(0))).rejects.toMatchObject({ kind: 'infra' });
  expect(await verdict('', failed('infra'))).toBe('infra');
});

test('gravest returns the first host’s verdict among equals', () => {
  const of = (kind: 'kernel' | 'infra' | 'timeout', message: string) =>
    ({ outcome: 'failed', failure: new Failure(kind, message), splats: [] }) as const;
  const command = (status: number) => ({ outcome: 'command', status }) as const;
  expect(gravest([undefined, undefined])).toBeUndefined();
  expect(gravest([undefined, command(3), command(4)])).toEqual(command(3));
  expect(gravest([command(3), of('infra', 'a')])).toMatchObject({ failure: { kind: 'infra' } });
  expect(gravest([of('infra', 'a'), of('timeout', 'b')])).toMatchObject({ failure: { message: 'b' } });
  const both = [of('timeout', 'a'), of('kernel', 'b'), of('kernel', 'c')];
  expect(gravest(both)).toMatchObject({ failure: { message: 'b' } });
});
