import type { Summary } from '../../measure/summary.ts';
import { acceleratorText, isEmulated, type RunFacts } from '../facts.ts';
import { type Html, html } from './html.ts';

/** A notice about the limits of this run's clocks. */
export function platformNotice({ cells }: Summary, facts: RunFacts): Html {
  const clocks = new Set(
    cells.filter(({ params }) => isEmulated(facts, params)).map(({ params }) => params.clock),
  );
  if (clocks.size === 0) return html``;
  const virtual = html` <b>Virtual clock</b>: QEMU counts instructions, and one is one nanosecond. It repeats to a fraction of a percent, and it knows neither caches nor parallelism.`;
  const wall = html` <b>Wall clock</b>: one host thread a virtual CPU. It is parallel and noisy, and a sleeping CPU wakes through the host's scheduler.`;
  return html`<div class="notice">The CPUs are emulated: ratios within this run mean something, absolute numbers (grey) are not those of a machine.${clocks.has('virtual') ? virtual : ''}${clocks.has('wall') ? wall : ''}</div>`;
}

export function environmentSection({ cells }: Summary, facts: RunFacts): Html {
  const { memoryPath, qemuVersion, kernelId, commit, run, date, environment } = facts;
  const rows = {
    Run: run,
    Date: date,
    'zerohop commit': commit,
    Kernel: kernelId,
    QEMU: qemuVersion,
    Accelerator: acceleratorText(facts, cells),
    'Memory path': memoryPath,
    ...environment,
  };
  return html`<section id="environment"><h2>Environment</h2>
<dl>${Object.entries(rows).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

export function againSection({ commit, command }: RunFacts): Html {
  return html`<section id="again"><h2>Run it again</h2>
<pre>git checkout ${commit.replace(/\+.*/, '')}
${command}</pre>
<p class="muted small">Beside this page: summary.json (cells, ratios, verdicts), samples.jsonl (every sample), manifest.json (versions and hashes), tables/ (CSV, Markdown, LaTeX).</p></section>`;
}
