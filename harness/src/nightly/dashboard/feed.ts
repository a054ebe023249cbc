import { escapes } from '../../report/escapes.ts';
import type { RegressionRecord } from '../../store/regressions.ts';
import { toldRecord } from '../record-text.ts';

/** The path of the feed below the dashboard's folder. */
export const feedFile = 'regressions.atom';

/** An Atom feed of the regressions that were confirmed, also of those that are mended or accepted by now; newest first. */
export function feed(records: readonly RegressionRecord[]): string {
  const confirmed = records
    .filter(({ proof }) => proof?.confirmed === true)
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  const updated = confirmed[0]?.at ?? '1970-01-01T00:00:00.000Z';
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>urn:zerohop:regressions</id>
<title>zerohop nightly: confirmed regressions</title>
<author><name>zerohop nightly</name></author>
<updated>${updated}</updated>
<link rel="self" href="${feedFile}"/>
<link rel="alternate" type="text/html" href="index.html"/>
${confirmed.map(entry).join('')}</feed>
`;
}

/** The id stays through all states, so that a reader shows a mended regression as an update. */
function entry(record: RegressionRecord): string {
  const { id, at, state, experiment, cells } = record;
  const [worst] = cells;
  const loss = worst === undefined ? '' : ` ${worst.cell} ${(worst.change * 100).toFixed(2)} %`;
  return `<entry>
<id>urn:zerohop:regression:${escapes.html(id)}</id>
<title>${escapes.html(`${state}: ${experiment}${loss}`)}</title>
<updated>${at}</updated>
<link rel="alternate" type="text/html" href="index.html"/>
<content type="text">${escapes.html(toldRecord(record))}</content>
</entry>
`;
}
