import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { sha256 } from '../../../src/host/cache.ts';
import { type Bundle, type Metadata, openBundle } from '../../../src/kernel/bundle.ts';
import { hashFiles } from '../../../src/kernel/bundle-files.ts';
import { bundleId } from '../../../src/kernel/bundle-id.ts';
import { plant } from './trees.ts';

export const inputs = {
  source: { origin: 'test', sha256: sha256('content') },
  patches: [] as Metadata['patches'],
  grafts: [],
  fragments: [],
  toolchain: { gcc: 'gcc', ld: 'ld', pahole: 'pahole' },
};
export const id = bundleId(inputs);
export const moduleFile = 'modules/lib/modules/6.12.99-test/modules.order';

export interface Content {
  files?: Record<string, string>;
  /** Functions by name, with the names of their parameters' types. */
  btf?: Record<string, readonly string[]>;
  metadata?: Partial<Metadata>;
}

/** A bundle at `dir` whose metadata lists its files. */
export async function plantBundle(dir: string, { files = {}, btf = {}, metadata = {} }: Content = {}) {
  const names = ['bzImage', 'System.map', 'config', moduleFile];
  await plant({ ...Object.fromEntries(names.map((name) => [name, 'content'])), ...files }, dir);
  await plantVmlinux(dir, btfWith(btf));
  const content: Metadata = {
    ...inputs,
    version: '6.12.99',
    release: '6.12.99-test',
    configSha256: sha256('content'),
    warnings: [],
    buildSeconds: 1,
    files: await hashFiles(dir),
    ...metadata,
    id: metadata.id ?? bundleId({ ...inputs, ...metadata }),
  };
  await writeFile(join(dir, 'metadata.json'), JSON.stringify(content));
  return { dir, metadata: content } as Bundle;
}

/** The same as a bundle that a command would open. */
export async function openedBundle(dir: string, content: Content = {}): Promise<Bundle> {
  await plantBundle(dir, content);
  return openBundle(dir);
}

async function plantVmlinux(dir: string, btf: Buffer): Promise<void> {
  const vmlinux = join(dir, 'vmlinux');
  await copyFile('/bin/true', vmlinux);
  await writeFile(join(dir, '.btf'), btf);
  await execa('objcopy', [
    '--add-section',
    `.BTF=${join(dir, '.btf')}`,
    '--set-section-flags',
    '.BTF=alloc',
    vmlinux,
  ]);
  await execa('rm', [join(dir, '.btf')]);
}

const [int, typedef, func, proto] = [1, 8, 12, 13];

/** BTF with functions that return int and take parameters of these typedefs of int. */
export function btfWith(functions: Readonly<Record<string, readonly string[]>>): Buffer {
  let text = '\0';
  const types: Buffer[] = [];
  const name = (word: string) => {
    const at = text.length;
    text += `${word}\0`;
    return at;
  };
  const type = (
    word: string | undefined,
    kind: number,
    members: number,
    ref: number,
    rest: number[] = [],
  ) => {
    const words = [word === undefined ? 0 : name(word), ((kind << 24) | members) >>> 0, ref, ...rest];
    const bytes = Buffer.alloc(4 * words.length);
    for (const [index, value] of words.entries()) bytes.writeUInt32LE(value, 4 * index);
    return types.push(bytes);
  };
  const intType = type('int', int, 0, 4, [32]);
  for (const [word, parameters] of Object.entries(functions)) {
    const ids = parameters.map((parameter) => type(parameter, typedef, 0, intType));
    const members = ids.flatMap((id) => [0, id]);
    type(word, func, 0, type(undefined, proto, ids.length, intType, members));
  }
  const body = Buffer.concat(types);
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0x0001eb9f, 0);
  for (const [index, value] of [24, 0, body.length, body.length, text.length].entries())
    header.writeUInt32LE(value, 4 + 4 * index);
  return Buffer.concat([header, body, Buffer.from(text, 'latin1')]);
}

export async function changeByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
  await writeFile(path, bytes);
}
