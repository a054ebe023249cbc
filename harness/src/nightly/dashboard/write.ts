import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { experiments } from '../../experiment/index.ts';
import { Failure } from '../../host/failure.ts';
import { groupBy } from '../../measure/group.ts';
import { publishedClaims } from '../../measure/published.ts';
import { type Accepted, acceptedChanges } from '../../store/accepted.ts';
import { readHistory } from '../../store/history.ts';
import { readPartTimes } from '../../store/part-times.ts';
import { readRegressions } from '../../store/regressions.ts';
import { resultsDir } from '../../store/run-folder.ts';
import { cellPage } from './cell-page.ts';
import { feed, feedFile } from './feed.ts';
import { frontPage } from './front-page.ts';
import { headlinesOf } from './headlines.ts';
import { cellStates, type TestbedHistory } from './state.ts';

/** Draws results/dashboard/ from the history: a front page, and a page a cell. Returns the front page's path. */
export async function writeDashboard(
  results = resultsDir(),
  accepted?: readonly Accepted[],
): Promise<string> {
  const histories = await allHistories(results);
  if (histories.length === 0)
    throw new Failure('usage', `${join(results, 'history')} has no nights to draw`, {
      next: 'npm run nightly -- --part baseline',
    });
  const changes = accepted ?? (await acceptedChanges());
  const byExperiment = groupBy(histories, ({ experiment }) => experiment);
  const known = await experiments();
  const states = [...byExperiment].flatMap(([name, some]) =>
    cellStates(some, changes, known[name]?.matrices ?? []),
  );
  const headlines = headlinesOf(await publishedClaims(), states);
  const [dir, fresh] = [join(results, 'dashboard'), join(results, 'dashboard.new')];
  await rm(fresh, { recursive: true, force: true });
  await mkdir(join(fresh, 'cells'), { recursive: true });
  const hasRun = (run: string) => existsSync(join(results, 'runs', run, 'report.html'));
  for (const state of states)
    await writeFile(join(fresh, 'cells', `${state.id}.html`), await cellPage(state, hasRun));
  const records = await readRegressions(results);
  const times = await readPartTimes(results);
  await writeFile(join(fresh, 'index.html'), frontPage({ states, headlines, histories, records, times }));
  await writeFile(join(fresh, feedFile), feed(records));
  await rm(dir, { recursive: true, force: true });
  await rename(fresh, dir);
  return join(dir, 'index.html');
}

async function allHistories(results: string): Promise<TestbedHistory[]> {
  const root = join(results, 'history');
  const files = existsSync(root) ? await readdir(root, { recursive: true, encoding: 'utf8' }) : [];
  const places = files.sort().flatMap((file) => {
    const [, experiment, testbedId] = /^([\w-]+)\/([\w-]+)\.jsonl$/.exec(file) ?? [];
    return experiment === undefined || testbedId === undefined ? [] : [{ experiment, testbedId }];
  });
  const read = async ({ experiment, testbedId }: (typeof places)[number]) => ({
    experiment,
    testbedId,
    series: await readHistory(experiment, testbedId, results),
  });
  return Promise.all(places.map(read));
}
