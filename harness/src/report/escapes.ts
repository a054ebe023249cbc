/** Escapes untrusted text (a variant's name, a tool's output) for each format of a report. */
export const escapes = {
  html: (text: string) => text.replace(/[&<>"']|(?!\n)\p{Cc}/gu, (letter) => htmlEntities[letter] ?? ' '),
  /** RFC 4180. */
  csv: (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text),
  /** For a table's cell. */
  markdown: (text: string) => text.replace(/[\\`*_<>|~]|(?<=\])[([]/g, '\\$&').replace(/\s+/g, ' '),
  latex: (text: string) => text.replace(/[\\{}$&#^_~%<>|×–·\s]/g, (letter) => latexCommands[letter] ?? ' '),
  /** Removes characters that move the cursor or change colours. */
  terminal: (text: string) => text.replace(/\p{C}+/gu, ' '),
} as const;

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const latexCommands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '^': '\\textasciicircum{}',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '%': '\\%',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '×': '$\\times$',
  '–': '--',
  '·': '$\\cdot$',
};
