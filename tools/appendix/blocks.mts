import { escapes } from '../../harness/src/report/escapes.ts';

/** A part of a document. Texts have `code` in backquotes and no other markup. */
export type Block =
  | { title: string }
  | { heading: string }
  | { text: string }
  | { list: readonly string[] }
  | { commands: readonly string[] };

export function markdown(blocks: readonly Block[]): string {
  return `${blocks.map(inMarkdown).join('\n\n')}\n`;
}

function inMarkdown(block: Block): string {
  if ('title' in block) return `# ${block.title}`;
  if ('heading' in block) return `## ${block.heading}`;
  if ('text' in block) return wrapped(block.text, '');
  if ('list' in block) return block.list.map((item) => `- ${wrapped(item, '  ')}`).join('\n');
  return block.commands.map((command) => `    ${command}`).join('\n');
}

const width = 120;

function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  // A command is not split.
  for (const word of text.match(/(?:`[^`]*`|\S)+/g) ?? []) {
    const line = lines.at(-1);
    if (line === undefined || `${indent}${line} ${word}`.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

/** A part of a paper: sections without a document around them. */
export function latex(blocks: readonly Block[]): string {
  return `${blocks.map(inLatex).join('\n\n')}\n`;
}

function inLatex(block: Block): string {
  if ('title' in block) return `\\section{${inlineLatex(block.title)}}`;
  if ('heading' in block) return `\\subsection{${inlineLatex(block.heading)}}`;
  if ('text' in block) return inlineLatex(block.text);
  if ('list' in block)
    return [
      '\\begin{itemize}',
      ...block.list.map((item) => `\\item ${inlineLatex(item)}`),
      '\\end{itemize}',
    ].join('\n');
  return ['\\begin{quote}\\footnotesize\\raggedright', ...block.commands.map(codeLatex), '\\end{quote}'].join(
    '\n',
  );
}

const codeLatex = (command: string) => `\\texttt{${escapes.latex(command)}}\\\\`;

function inlineLatex(text: string): string {
  const parts = text.split('`');
  return parts
    .map((part, index) => (index % 2 === 1 ? `\\texttt{${escapes.latex(part)}}` : escapes.latex(part)))
    .join('');
}
