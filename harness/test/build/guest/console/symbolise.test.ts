import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Splat } from '../../../../src/guest/console/splat.ts';
import { formatSplat } from '../../../../src/guest/console/splat-report.ts';
import { symbolise } from '../../../../src/guest/console/symbolise.ts';

/** Two functions of one name, as static functions of a kernel may be; one calls what is inlined into it. */
const sources = {
  'one.c': [
    'extern void trap(int);',
    'static inline __attribute__((always_inline)) void inner(int n) { trap(n);',
    'trap(n + 1); }',
    '__attribute__((noinline)) static void twin(int n) {',
    'inner(n);',
    'trap(3); }',
    'int main(int n, char **v) { (void)v;',
    'twin(n); return n; }',
  ],
  'two.c': [
    'volatile int sum;',
    'void trap(int n) { sum += n; }',
    '__attribute__((noinline)) static void twin(int n) { sum += n; sum *= n; sum -= n; sum ^= n; sum += 2; }',
    'void *const used = twin;',
  ],
};

let dir: string;
let vmlinux: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'zerohop-symbolise-'));
  for (const [name, lines] of Object.entries(sources)) writeFileSync(join(dir, name), lines.join('\n'));
  vmlinux = join(dir, 'vmlinux');
  const args = ['-g', '-O2', '-no-pie', `-ffile-prefix-map=${dir}=.`, '-o', vmlinux, ...Object.keys(sources)];
  execaSync('gcc', args, { cwd: dir });
});

afterAll(() => rmSync(dir, { recursive: true }));

/** The kernel's output for the instruction after the nth call in a function of one.c. */
function entryAfterCall(symbol: string, nth: number): string {
  const { stdout } = execaSync('objdump', ['-d', '--no-show-raw-insn', vmlinux]);
  const bodies = stdout.split('\n\n').filter((body) => body.includes(`<${symbol}>:`));
  const lines = bodies.find((body) => body.includes('call'))?.split('\n') ?? [];
  const calls = lines.flatMap((line, index) => (/\b(call|jmp) .*<(trap|twin)/.test(line) ? [index] : []));
  const address = (line = '') => Number.parseInt(line.trim().replace(/^(\w+)[: ].*/, '$1'), 16);
  const start = address(lines[0]);
  const after = address(lines[(calls[nth] ?? 0) + 1]);
  const addresses = execaSync('nm', ['-n', vmlinux])
    .stdout.split('\n')
    .map((line) => address(line));
  const end = addresses.find((candidate) => candidate > start) ?? Number.NaN;
  return ` ${symbol}+0x${(after - start).toString(16)}/0x${(end - start).toString(16)}`;
}

describe('symbolise', () => {
  test('gives the place of the call, and of what is inlined there', async () => {
    const entry = entryAfterCall('twin', 1);
    const { lines, missing } = await symbolise(['Call Trace:', entry], vmlinux);
    expect(missing).toBeUndefined();
    expect(lines).toEqual(['Call Trace:', ' inner (inlined)  one.c:3', `${entry}  one.c:5`]);
  });

  test('takes the address of a register dump as it is', async () => {
    const { lines } = await symbolise(['RIP: 0010:trap+0x0/0x10'], vmlinux);
    expect(lines).toEqual(['RIP: 0010:trap+0x0/0x10  two.c:2']);
  });

  test('leaves what it cannot place as it is', async () => {
    const lines = [
      ' twin+0x1/0x9999',
      ' no_such_function+0x1/0x2',
      ' trap+0x1/0x10 [a_module]',
      ' ? trap+0x1/0x10',
    ];
    expect(await symbolise(lines, vmlinux)).toEqual({ lines, missing: undefined });
  });

  test('says why there are no places', async () => {
    const lines = [' trap+0x1/0x10'];
    expect(await symbolise(lines, undefined)).toEqual({
      lines,
      missing: 'this kernel came without its vmlinux',
    });
    expect((await symbolise(lines, join(dir, 'gone'))).missing).toContain('gone is not there');
    const broken = await symbolise(lines, join(dir, 'one.c'));
    expect(broken.lines).toEqual(lines);
    expect(broken.missing).toContain('nm');
  });
});

test('formatSplat shows headline, fingerprint and stack, and no registers', async () => {
  const splat: Splat = {
    kind: 'WARN',
    title: 'WARNING: at two.c:2 trap',
    lines: [
      'WARNING: CPU: 0 PID: 1 at two.c:2 trap+0x0/0x10',
      'CPU: 0 UID: 0 PID: 1 Comm: sh Not tainted 6.12.0 ',
      'RIP: 0010:trap+0x0/0x10',
      'RAX: 0000000000000000 RBX: 0000000000000001',
      'Call Trace:',
      ' <TASK>',
      ' ? twin+0x1/0x2',
      ' start_kernel+0x3/0x4',
      ' </TASK>',
      '---[ end trace 0000000000000000 ]---',
    ],
    symbols: ['trap', 'start_kernel'],
    fingerprint: 'WARN: trap < start_kernel',
    times: 3,
  };
  expect((await formatSplat(splat, undefined)).split('\n')).toEqual([
    'WARN: WARNING: at two.c:2 trap',
    'fingerprint: WARN: trap < start_kernel (3 times)',
    '  CPU: 0 UID: 0 PID: 1 Comm: sh Not tainted 6.12.0',
    '  RIP: 0010:trap+0x0/0x10',
    '  Call Trace:',
    '   start_kernel+0x3/0x4',
    '(no places in the source: this kernel came without its vmlinux)',
  ]);
});
