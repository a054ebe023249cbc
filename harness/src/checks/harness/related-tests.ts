import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * The unit tests of a module: those that import it, and those of its own domain that reach it by way of other modules.
 * Paths are relative to the checkout.
 */
export function relatedTests(module: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const domain = module.split('/')[2];
  const reaches = (file: string, seen = new Set<string>()): boolean =>
    (imports.get(file) ?? []).some((next) => {
      if (next === module) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, seen);
    });
  return [...imports.keys()]
    .filter((file) => file.startsWith('harness/test/unit/') && file.endsWith('.test.ts'))
    .filter((file) =>
      file.startsWith(`harness/test/unit/${domain}/`) ? reaches(file) : imports.get(file)?.includes(module),
    );
}

/** The files that each file of the harness and of its tests imports, types included. */
export function harnessImports(root: string): Map<string, string[]> {
  const files = ['harness/src', 'harness/test'].flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true }) as string[]).map((file) => join(folder, file)),
  );
  return new Map(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const source = readFileSync(join(root, file), 'utf8');
        const paths = [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) =>
          relative(root, join(root, file, '..', path ?? '')),
        );
        return [file, paths] as const;
      }),
  );
}
