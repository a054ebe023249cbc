import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkoutRoot } from '../../host/cache.ts';
import { readNotebook, scriptOf } from './notebook-file.ts';

/** TypeScript's errors in the notebooks' cells, a line each. The settings are those of this repository. */
export async function typeErrors(notebooks: ReadonlyMap<string, string>): Promise<string[]> {
  const root = checkoutRoot();
  // A folder beside notebooks/, so that the cells' relative imports find the harness.
  const dir = await mkdtemp(join(root, '.notebooks-'));
  try {
    for (const [name, path] of notebooks)
      await writeFile(join(dir, `${name}.ts`), scriptOf(await readNotebook(path)));
    const settings = { extends: '../tsconfig.json', include: ['*.ts', '../harness/src/**/*.d.ts'] };
    await writeFile(join(dir, 'tsconfig.json'), JSON.stringify(settings));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await execa(process.execPath, [tsc, '--noEmit', '--pretty', 'false', '-p', dir], {
      cwd: dir,
      reject: false,
    });
    return stdout.split('\n').filter((line) => line.includes('error TS'));
  } finally {
    await rm(dir, { recursive: true });
  }
}
