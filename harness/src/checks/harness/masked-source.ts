/**
 * The source with blanks in place of comments, of the text in quotes and of regular expressions. Every character keeps
 * its place. The code inside a template stays blank too.
 */
export function maskedSource(source: string): string {
  return source.replaceAll(notCode, (text) => text.replaceAll(/[^\n]/g, ' '));
}

const notCode = new RegExp(
  [
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`\/\/[^\n]*`,
    String.raw`'(?:\\.|[^'\\\n])*'`,
    String.raw`"(?:\\.|[^"\\\n])*"`,
    String.raw`\x60(?:\\.|[^\x60\\])*\x60`,
    // A slash begins a regular expression where no operand ends before it.
    String.raw`(?<=[(,=:[!&|?]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`,
  ].join('|'),
  'g',
);
