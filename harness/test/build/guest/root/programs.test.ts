import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutRoot } from '../../../../src/host/cache.ts';

const source = join(checkoutRoot(), 'harness/guest');
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'zerohop-programs-'));
  execaSync('make', ['-C', source, '-j2', `OUT=${dir}/here`]);
}, 120_000);

afterAll(() => rmSync(dir, { recursive: true }));

describe('harness/guest/Makefile', () => {
  test('makes one program of every folder that holds C files, its symbols, and nothing else', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const programs = folders.filter(({ name }) =>
      readdirSync(join(source, name)).some((file) => file.endsWith('.c')),
    );
    expect(readdirSync(join(dir, 'here/bin')).sort()).toEqual(programs.map(({ name }) => name).sort());
    expect(readdirSync(join(dir, 'here')).sort()).toEqual(['bin', 'symbols']);
  });

  test('links statically, so that any root runs them', () => {
    for (const name of readdirSync(join(dir, 'here/bin'))) {
      const { stdout } = execaSync('readelf', ['--program-headers', join(dir, 'here/bin', name)]);
      expect(stdout, name).not.toContain('INTERP');
    }
  });

  test('makes the same bytes from any place', () => {
    cpSync(source, join(dir, 'moved'), { recursive: true });
    execaSync('make', ['-C', join(dir, 'moved'), '-j2', `OUT=${dir}/there`]);
    for (const name of readdirSync(join(dir, 'here/bin'))) {
      const [here, there] = ['here', 'there'].map((place) => readFileSync(join(dir, place, 'bin', name)));
      expect(here?.equals(there ?? Buffer.alloc(0)), name).toBe(true);
    }
  }, 120_000);

  test('asks where to build', () => {
    const result = execaSync('make', ['-C', source], { reject: false });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('make OUT=DIR');
  });
});
