import { type LayerPackage, layers } from '../guest/root/layer.ts';
import { inspect } from '../host/inspect.ts';
import { requirementsFor } from '../host/requirements.ts';
import type { Manifest } from '../store/manifest.ts';
import type { TestedKernel } from './machine.ts';

type Rooted = Pick<TestedKernel, 'root'>;

/** The packages of all guests of a run, by name. */
export function packagesIn(testedKernels: readonly Rooted[]): Pick<Manifest, 'packages' | 'packageHashes'> {
  const all = testedKernels.flatMap(({ root }) => root.packages);
  return {
    packages: Object.fromEntries(all.map(({ name, version }) => [name, version])),
    packageHashes: Object.fromEntries(all.map(({ name, sha256 }) => [name, sha256])),
  };
}

/** Notes the origin of packages outside Debian's main; builds from source may give other results. */
export function originsIn(testedKernels: readonly Rooted[]): Manifest['notes'] {
  const { packages } = packagesIn(testedKernels);
  const known = Object.values(layers).flatMap((layer): readonly LayerPackage[] => layer.packages);
  const apart = known.filter(({ name, component }) => component !== undefined && name in packages);
  return Object.fromEntries(
    apart.map(({ name, suite, component }) => [
      `origin of ${name}`,
      `the binary package of Debian ${suite}, ${component}`,
    ]),
  );
}

/** The versions of the tools that build kernels, guest programs and BPF programs on this machine, and boot them. */
export async function toolsHere(): Promise<Record<string, string>> {
  const findings = await inspect(requirementsFor(['guest', 'kernel']));
  return Object.fromEntries(
    findings.flatMap(({ requirement, found }) => (found === undefined ? [] : [[requirement.name, found]])),
  );
}

export function kernelOf({ name, kernel: { id, metadata } }: TestedKernel): Manifest['kernels'][number] {
  const { release, source, patches, grafts, fragments, configSha256, toolchain } = metadata;
  return {
    name,
    bundle: id,
    release,
    source: `${source.origin} ${source.sha256}`,
    patches: patches.map(({ series, file, sha256 }) => ({ name: `${series}/${file}`, sha256 })),
    grafts: grafts.map(({ target, sha256 }) => ({ name: target, sha256 })),
    fragments: fragments.map(({ file, sha256 }) => ({ name: file, sha256 })),
    configHash: configSha256,
    compiler: toolchain.gcc,
    toolchain,
  };
}

/** The warnings from the kernels' builds, for the readers of the results. */
export function buildWarnings(testedKernels: readonly TestedKernel[]): string[] {
  return testedKernels.flatMap(({ name, kernel }) =>
    kernel.metadata.warnings.map((warning) => `kernel ${name}: ${warning}`),
  );
}
