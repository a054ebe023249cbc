import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A declaration has the name of its file. */
interface Declaration {
  readonly name: string;
}

const known = new Map<string, Promise<Declaration[]>>();

/**
 * The default exports of a folder's files: the folder is the registry. Files without a default export only support
 * the others. The folder is read once.
 */
export function declaredIn<T extends Declaration>(folder: string): Promise<T[]> {
  const declared = known.get(folder) ?? read(folder);
  known.set(folder, declared);
  return declared as Promise<T[]>;
}

async function read(folder: string): Promise<Declaration[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const declared: Declaration[] = [];
  for (const file of files.sort()) {
    const { default: one } = (await import(join(folder, file))) as { default?: Declaration };
    if (one === undefined) continue;
    if (`${one.name}.ts` !== file) throw new TypeError(`${join(folder, file)} declares "${one.name}"`);
    declared.push(one);
  }
  return declared;
}
