import type { Manifest } from './manifest.ts';

/** Differences between the manifests of two runs, a line each: kernels, patches, configuration, packages, profile. */
export function runDifferences(a: Manifest, b: Manifest): string[] {
  return [
    ...differing('profile', { profile: a.request.profile }, { profile: b.request.profile }),
    ...kernelDifferences(a, b),
    ...differing('tree', treeOf(a), treeOf(b)),
    ...differing('package', a.packages, b.packages),
    ...differing('tool', a.host.tools ?? {}, b.host.tools ?? {}),
  ];
}

const treeOf = ({ zerohop: { dirty } }: Manifest) => ({
  tree: dirty ? 'with uncommitted changes' : 'as committed',
});

function kernelDifferences(a: Manifest, b: Manifest): string[] {
  const names = [...new Set([...a.kernels, ...b.kernels].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [before, after] = [a, b].map(({ kernels }) => kernels.find((kernel) => kernel.name === name));
    if (before === undefined || after === undefined)
      return [`kernel ${name}: only in ${before === undefined ? 'B' : 'A'}`];
    const facts = ({ release, configHash, compiler }: typeof before) => ({ release, configHash, compiler });
    return [
      ...differing(`kernel ${name},`, facts(before), facts(after)),
      ...differing(`kernel ${name}, patch`, filesOf(before.patches), filesOf(after.patches)),
      ...differing(`kernel ${name}, graft`, filesOf(before.grafts), filesOf(after.grafts)),
    ];
  });
}

function filesOf(files: Manifest['kernels'][number]['grafts'] = []): Record<string, string> {
  return Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256.slice(0, 12)]));
}

function differing(
  what: string,
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]);
  return names.map((name) => {
    const label = name === what ? what : `${what} ${name}`;
    return `${label}: ${a[name] ?? 'none'} in A, ${b[name] ?? 'none'} in B`;
  });
}
