import { Failure } from '../../harness/src/host/failure.ts';
import { claimsTable, costs, figure, output } from './content.mts';
import { type Reference, readReference } from './reference.mts';

/**
 * A document with what its marks ask for. Marks are comments of Markdown:
 *
 *     <!-- output RUN FACTOR=VALUE... -->   the run's tables, as the terminal shows them   <!-- end -->
 *     <!-- costs RUN FACTOR=VALUE... -->    instructions a transaction, by variant and workload <!-- end -->
 *     <!-- claims RUN -->                   the claims that the run measured               <!-- end -->
 *     <!-- = RUN METRIC VARIANT[/VARIANT] FACTOR=VALUE... -->2.28<!-- end -->
 */
export async function filled(text: string, references: string): Promise<string> {
  const runs = new Map<string, Reference>();
  const parts: string[] = [];
  let at = 0;
  for (const { index, 0: whole, groups = {} } of text.matchAll(marks)) {
    const { open = '', kind = '', words = '' } = groups;
    const [run = '', ...more] = words.trim().split(/\s+/);
    const reference = runs.get(run) ?? (await readReference(references, run));
    runs.set(run, reference);
    parts.push(text.slice(at, index), open, contentOf(kind, reference, more), '<!-- end -->');
    at = index + whole.length;
  }
  return [...parts, text.slice(at)].join('');
}

const marks = /(?<open><!-- (?<kind>output|costs|claims|=) (?<words>.*?) -->).*?<!-- end -->/gs;

function contentOf(kind: string, reference: Reference, words: string[]): string {
  if (kind === 'output') return `\n\`\`\`text\n${output(reference, where(words))}\`\`\`\n`;
  if (kind === 'costs') return `\n${costs(reference, where(words))}\n`;
  if (kind === 'claims') return `\n${claimsTable(reference)}\n`;
  const [metric = '', variants = '', ...rest] = words;
  return figure(reference, { metric, variants, where: where(rest) });
}

function where(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [factor, value, ...more] = word.split('=');
      if (factor !== undefined && value !== undefined && more.length === 0) return [factor, value];
      throw new Failure('usage', `expected FACTOR=VALUE in a mark, got: ${word}`, {
        next: 'see the marks that README.md has',
      });
    }),
  );
}
