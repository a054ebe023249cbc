import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { summarySchema } from '../measure/summary.ts';
import { answerOf } from '../report/answer.ts';
import { drawRun } from '../report/draw-run.ts';
import { factsOf } from '../report/facts.ts';
import { inReadingOrder } from '../report/order.ts';
import { experimentOf, summariseAgain } from '../store/again.ts';
import { artifactClaimsSchema } from '../store/artifact-claims.ts';
import { readManifest } from '../store/read-run.ts';
import { writeChecked } from '../store/run-folder.ts';
import { jsonSchemas } from '../store/schemas.ts';
import { claimsIn, type ToldRun } from './claims.ts';
import { claimsLatex, claimsMarkdown } from './claims-text.ts';
import { runsBelow } from './contents.ts';
import { pdfMaker, pdfMakerFile, writePdfs } from './pdf.ts';
import { type Absent, readmeText } from './readme.ts';

/**
 * Makes everything of an artifact that can be made from its samples and manifests, into `into`: summaries, figures,
 * tables, reports, claims, schemas. The experiments that are absent are kept in absent.json.
 */
export async function drawArtifact(artifact: string, into: string, absent: readonly Absent[]): Promise<void> {
  const told: (ToldRun & Parameters<typeof readmeText>[0][number])[] = [];
  for (const [name, dir] of await runsBelow(join(artifact, 'runs'))) {
    const output = join(into, 'runs', name);
    await mkdir(output, { recursive: true });
    const summary = await summariseAgain(dir);
    await writeChecked(join(output, 'summary.json'), summarySchema, summary);
    const files = await drawRun(dir, summary, output);
    const manifest = await readManifest(dir);
    const facts = factsOf(manifest);
    const { answer, minutes } = await experimentOf(manifest);
    const { sentence } = answerOf(answer, inReadingOrder(summary), facts);
    const svgs = files.filter((path) => path.endsWith('.svg'));
    await writePdfs(svgs);
    const plots = svgs.map((path) => basename(path, '.svg'));
    const expectedMin = minutes[summary.profile];
    told.push({ name, manifest, summary, facts, plots, sentence, expectedMin });
  }
  const claims = await claimsIn(told);
  await writeChecked(join(into, 'claims.json'), artifactClaimsSchema, { claims });
  const texts: [string, string][] = [
    ['claims.md', claimsMarkdown(claims)],
    ['claims.tex', claimsLatex(claims)],
    ['README.md', readmeText(told, claims, absent)],
    [pdfMakerFile, await pdfMaker()],
    ['absent.json', `${JSON.stringify(absent, null, 2)}\n`],
  ];
  for (const [name, text] of texts) await writeFile(join(into, name), text);
  await mkdir(join(into, 'schemas'), { recursive: true });
  for (const [name, text] of jsonSchemas()) await writeFile(join(into, 'schemas', name), text);
}
