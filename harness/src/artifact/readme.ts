import { amount, plural } from '../report/format.ts';
import type { ArtifactClaim } from '../store/artifact-claims.ts';
import type { Manifest } from '../store/manifest.ts';

/** README.md of an artifact: what it has, what was found, and how to check it. */
export function readmeText(
  runs: readonly { name: string; manifest: Manifest; sentence: string; expectedMin: number }[],
  claims: readonly ArtifactClaim[],
  absent: readonly Absent[],
): string {
  const rows = runs.map(({ name, manifest, sentence, expectedMin }) => [
    `[${name}](runs/${name}/report.html)`,
    sentence,
    manifest.request.profile,
    plural(manifest.boots.length, 'boot'),
    `${expectedMin} min`,
    `${amount(manifest.elapsedMs / 60_000)} min`,
    manifest.startedAt.slice(0, 10),
    manifest.zerohop.commit.slice(0, 12) + (manifest.zerohop.dirty ? ' (changed tree)' : ''),
  ]);
  const head = ['experiment', 'answer', 'profile', 'boots', 'expected', 'measured in', 'date', 'zerohop'];
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
  return `# zerohop: measured claims

${counts(
  claims.filter(({ kind }) => kind !== 'bar'),
  'published claims',
)}
${counts(
  claims.filter(({ kind }) => kind === 'bar'),
  'bars of our own',
)}
Each is in claims.md (to read), claims.json (for programs) and claims.tex (a macro a figure).

${table}${absent.map(({ name, why }) => `\n- ${name} is not here: ${why}`).join('')}
Each folder of runs/ has the raw samples with their proofs, the manifest, the summary, and the figures (plots/), tables
(tables/) and report.html that are made from them. schemas/ describes every JSON file.

## Check it

    sha256sum -c SHA256SUMS
    npm run artifact -- --verify DIR      sums, schemas, proofs, and everything made again from the samples
    npm run artifact -- --figures DIR     make figures, tables and claims again, without network, QEMU or kernel

The two commands run in a checkout of zerohop. Absolute numbers of emulated CPUs (grey, or marked "e") are not those of a
machine: compare the ratios.
`;
}

/** An experiment that was asked for and has no run here. */
export interface Absent {
  name: string;
  why: string;
}

function counts(claims: readonly ArtifactClaim[], what: string): string {
  const measured = claims.filter(({ measured: found }) => found !== null);
  const held = measured.filter(({ verdict }) => verdict === 'reproduced' || verdict === 'exceeded');
  return `${held.length} of ${measured.length} measured ${what} hold; ${claims.length - measured.length} were not measured.`;
}
