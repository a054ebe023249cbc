import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, openBundle } from './bundle.ts';
import { hashFiles } from './bundle-files.ts';
import { damaged, orDamaged } from './damaged.ts';
import { unfitFor } from './kfuncs.ts';
import { btfOf } from './vmlinux-btf.ts';

/** Checks a bundle that came from elsewhere, before others can find it: every file, and that the files fit together. */
export async function demandWhole(
  path: string,
  files: Readonly<Record<string, string>>,
  dir: string,
): Promise<void> {
  await demandFiles(path, files, dir);
  const bundle = openBundle(dir);
  await demandModules(path, Object.keys(files), bundle);
  const { metadata, vmlinux } = bundle;
  const ofVmlinux = vmlinux === undefined ? undefined : await sectionOf(path, vmlinux);
  const btf = files['btf'] === undefined ? ofVmlinux : await readFile(bundle.types);
  if (btf === undefined) throw damaged(path, 'it has no BTF');
  if (ofVmlinux?.equals(btf) === false) throw damaged(path, 'its BTF is not that of its vmlinux');
  const why = unfitFor(btf, metadata);
  if (why !== undefined) throw damaged(path, why);
}

async function demandFiles(
  path: string,
  files: Readonly<Record<string, string>>,
  dir: string,
): Promise<void> {
  const found = await orDamaged(path, () => hashFiles(dir));
  for (const name of new Set([...Object.keys(files), ...Object.keys(found)])) {
    if (files[name] === undefined) throw damaged(path, `its metadata does not list ${name}`);
    if (found[name] === undefined) throw damaged(path, `${name} is missing`);
    if (files[name] !== found[name])
      throw damaged(path, `${name} has another sha256 than metadata.json says`);
  }
}

/** A kernel refuses a module whose vermagic does not begin with its own release. */
async function demandModules(path: string, files: readonly string[], bundle: Bundle): Promise<void> {
  for (const name of files.filter((file) => file.endsWith('.ko'))) {
    const release = vermagic(await readFile(join(bundle.dir, name)));
    if (release !== bundle.metadata.release)
      throw damaged(
        path,
        `the module ${name} is for ${release ?? 'no kernel'}, not for ${bundle.metadata.release}`,
      );
  }
}

/** The release in a module's "vermagic=6.12.117-zerohop SMP preempt mod_unload". */
function vermagic(module: Buffer): string | undefined {
  const at = module.indexOf('\0vermagic=');
  if (at < 0) return undefined;
  return module.toString('latin1', at + 1, module.indexOf(0, at + 1)).split(/[= ]/)[1];
}

async function sectionOf(path: string, vmlinux: string): Promise<Buffer> {
  return btfOf(vmlinux).catch(() => {
    throw damaged(path, 'its vmlinux is not an ELF file with BTF');
  });
}
