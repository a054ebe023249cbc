import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checkoutRoot } from '../../host/cache.ts';

const notebookSchema = z.object({
  nbformat: z.literal(4),
  nbformat_minor: z.literal(5),
  cells: z.array(
    z.object({
      id: z.string(),
      cell_type: z.enum(['code', 'markdown']),
      source: z.array(z.string()),
      outputs: z.array(z.object({ data: z.record(z.string(), z.unknown()).optional() })).optional(),
    }),
  ),
});
export type Notebook = z.infer<typeof notebookSchema>;

/** The committed notebooks, by name. */
export async function notebookPaths(root = join(checkoutRoot(), 'notebooks')): Promise<Map<string, string>> {
  const files = (await readdir(root)).filter((file) => file.endsWith('.ipynb')).sort();
  return new Map(files.map((file) => [file.replace('.ipynb', ''), join(root, file)]));
}

export async function readNotebook(path: string): Promise<Notebook> {
  return notebookSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** The cells as one module, as the kernel runs them. */
export function scriptOf({ cells }: Notebook): string {
  const sources = cells.filter(({ cell_type }) => cell_type === 'code').map(({ source }) => source.join(''));
  return `${sources.join('\n\n')}\n\nexport {};\n`;
}
