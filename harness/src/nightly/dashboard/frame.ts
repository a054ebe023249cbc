import { Html, html } from '../../report/page/html.ts';
import { style } from '../../report/page/style.ts';

/** A page that opens from disk: nothing is loaded from elsewhere. */
export function frame(title: string, body: readonly Html[]): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · zerohop nightly</title><style>${new Html(`${style}\nsvg.spark{display:block}\n`)}</style></head><body><main>
${body}
</main></body></html>
`.text;
}
