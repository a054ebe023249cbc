import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Layer, LayerPackage } from '../../../../src/guest/root/layer.ts';
import { takeFromPackages } from '../../../../src/guest/root/packaged.ts';
import type { ProgressEvent } from '../../../../src/host/progress.ts';

let dir: string;
const fetched: string[] = [];
const events: ProgressEvent[] = [];

/** Real packages: a tool that loads liba, which loads libb; each library in a package that the other depends on. */
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'zerohop-packaged-'));
  const library = (name: string, source: string, ...links: string[]) => {
    const place = `liba-and-b/${name}.so.1.0`;
    compile(place, source, ['-shared', '-fPIC', '-nostdlib', `-Wl,-soname,${name}.so.1`, ...links]);
    return join(dir, place);
  };
  const b = library('libb', 'int b(void) { return 2; }');
  const a = library('liba', 'int b(void); int a(void) { return b(); }', b);
  compile('tool', 'int a(void); void _start(void) { a(); for (;;); }', [
    ...['-nostdlib', '-nostartfiles', a, '-Wl,--allow-shlib-undefined', '-Wl,--dynamic-linker=/lib64/ld.so'],
  ]);
  const tool = (root: string) => {
    put(root, 'bin/tool', { from: join(dir, 'tool') });
    put(root, 'sbin/tool', { link: '/bin/tool' });
    put(root, 'usr/share/doc/tool/README', { text: 'read me' });
    put(root, 'etc/tool/one.conf', { text: '1' });
    put(root, 'etc/tool/more/two.conf', { text: '2' });
  };
  pack('tool', 'liba1 (>= 1) | liba0, tool-data', tool);
  pack('liba1', 'libb1', (root) => {
    put(root, 'usr/lib/x86_64-linux-gnu/liba.so.1.0', { from: a });
    put(root, 'usr/lib/x86_64-linux-gnu/liba.so.1', { link: 'liba.so.1.0' });
  });
  pack('libb1', 'libloader', (root) => put(root, 'lib/x86_64-linux-gnu/libb.so.1', { from: b }));
  pack('libloader', '', (root) => put(root, 'lib64/ld.so', { text: 'a loader' }));
});

afterAll(() => rmSync(dir, { recursive: true }));

function compile(output: string, source: string, args: string[]): void {
  mkdirSync(dirname(join(dir, output)), { recursive: true });
  execaSync('gcc', ['-x', 'c', '-', '-x', 'none', '-o', join(dir, output), ...args], { input: source });
}

function put(root: string, path: string, what: { from?: string; link?: string; text?: string }): void {
  const place = join(root, path);
  mkdirSync(dirname(place), { recursive: true });
  if (what.link !== undefined) symlinkSync(what.link, place);
  else if (what.from !== undefined) execaSync('cp', [what.from, place]);
  else writeFileSync(place, what.text ?? '');
}

function pack(name: string, depends: string, fill: (root: string) => void): void {
  const root = join(dir, 'packages', name);
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: amd64\nMaintainer: none\nDescription: test\n`;
  put(root, 'DEBIAN/control', { text: control + (depends === '' ? '' : `Depends: ${depends}\n`) });
  fill(root);
  execaSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', root, join(dir, `${name}.deb`)]);
}

async function fetchLocal({ name }: LayerPackage) {
  fetched.push(name);
  return { name, version: '1.0', sha256: `hash of ${name}`, path: join(dir, `${name}.deb`) };
}

function take(...layers: Layer[]) {
  fetched.length = 0;
  events.length = 0;
  const progress = (event: ProgressEvent) => events.push(event);
  return takeFromPackages(layers, mkdtempSync(join(dir, 'work-')), { fetch: fetchLocal, progress });
}

describe('takeFromPackages', () => {
  test('takes the requested files, the targets of links, and the loaded libraries, all under usr', async () => {
    const { entries } = await take({ packages: [{ name: 'tool' }], files: ['sbin/tool'] });
    expect(entries.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
      'file usr/bin/tool',
      'file usr/lib/x86_64-linux-gnu/liba.so.1.0',
      'file usr/lib/x86_64-linux-gnu/libb.so.1',
      'file usr/lib64/ld.so',
      'link usr/lib/x86_64-linux-gnu/liba.so.1',
      'link usr/sbin/tool',
    ]);
    expect(entries.find(({ path }) => path === 'usr/bin/tool')).toMatchObject({ mode: 0o755 });
  });

  test('fetches only library packages, and records the used ones', async () => {
    const { packages } = await take({ packages: [{ name: 'tool' }], files: ['bin/tool'] });
    expect(fetched).toEqual(['tool', 'liba1', 'libb1', 'libloader']);
    expect(packages.map(({ name }) => name)).toEqual(['liba1', 'libb1', 'libloader', 'tool']);
    expect(packages[0]).toEqual({ name: 'liba1', version: '1.0', sha256: 'hash of liba1' });
  });

  test('reports how many packages there are of those that it knows of', async () => {
    await take({ packages: [{ name: 'tool' }, { name: 'tool' }], files: ['bin/tool'] });
    expect(events.map(({ done, of }) => `${done} of ${of}`)).toEqual([
      '0 of 1',
      '1 of 2',
      '2 of 3',
      '3 of 4',
    ]);
  });

  test('takes a whole folder, and fetches nothing for files without libraries', async () => {
    const { entries } = await take({ packages: [{ name: 'tool' }], files: ['etc/tool/'] });
    expect(entries.map(({ path }) => path)).toEqual(['etc/tool/more/two.conf', 'etc/tool/one.conf']);
    expect(fetched).toEqual(['tool']);
  });

  test('shares packages and libraries between layers', async () => {
    const layer: Layer = { packages: [{ name: 'tool' }], files: ['bin/tool'] };
    const { entries } = await take(layer, { ...layer, files: ['bin/tool', 'etc/tool/one.conf'] });
    expect(fetched).toEqual(['tool', 'liba1', 'libb1', 'libloader']);
    expect(new Set(entries.map(({ path }) => path)).size).toBe(entries.length);
  });

  test('names the missing file and its packages', async () => {
    const taking = take({ packages: [{ name: 'tool' }], files: ['bin/hammer'] });
    await expect(taking).rejects.toThrow('no package holds usr/bin/hammer; searched: tool');
  });

  test('names the missing library and the file that loads it', async () => {
    const layer: Layer = { packages: [{ name: 'lonely' }], files: ['bin/tool'] };
    pack('lonely', 'libloader', (root) => put(root, 'bin/tool', { from: join(dir, 'tool') }));
    await expect(take(layer)).rejects.toThrow('liba.so.1, which usr/bin/tool loads, is in no package');
  });
});
