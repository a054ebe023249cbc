import { Html, html } from '../../report/page/html.ts';
import { style } from '../../report/page/style.ts';
import { cellOf } from './columns.ts';
import type { Namer } from './places.ts';
import type { TraceLine } from './trace.ts';

const own = `
.turns td{padding:1px 8px;border-bottom:0;font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:12.5px}
.turns .ran{background:var(--soft);border-left:3px solid var(--good)}
.turns .mark{border-left-color:var(--bad);color:var(--bad);font-weight:600}
.turns .other{border-left:3px solid var(--grid)}`;

/** A round as a page that opens from disk: time down, a column a host, what the program marked in red. */
export function roundPage(lines: readonly TraceLine[], hosts: number, name: Namer, title: string): string {
  const begin = lines[0]?.ns ?? 0;
  const columns = Array.from({ length: hosts }, (_, host) => host);
  const rows = lines.map((line) => {
    const cells = columns.map((host) => {
      if (host !== line.host) return html`<td class="other"></td>`;
      return html`<td class="ran ${line.kind === 'turn' ? '' : 'mark'}">${cellOf(line, name)}</td>`;
    });
    return html`<tr><td class="right">${line.turn}</td><td class="right">${line.ns - begin}</td>${cells}</tr>
`;
  });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} · zerohop</title><style>${new Html(style + own)}</style></head>
<body><main><h1>${title}</h1><p class="muted small">A line is where a turn of a host ended, after so many nanoseconds of the virtual clock; red is what the program marked, and a fault.</p>
<div class="scroll" tabindex="0"><table class="turns"><tr><th>turn</th><th>ns</th>${columns.map((host) => html`<th>h${host}</th>`)}</tr>
${rows}</table></div></main></body></html>
`.text;
}
