import type { LevelChange } from '../measure/levels.ts';
import type { HistoryEntry } from '../store/history.ts';

interface Loss extends Pick<LevelChange, 'before' | 'after'> {
  lastBefore: HistoryEntry;
  firstAfter: HistoryEntry;
}

/** The commands with which git finds the commit of a loss. */
export function bisectCommand({ before, after, lastBefore, firstAfter }: Loss): string {
  const { variant, metric, params, experiment, commit } = firstAfter;
  const only = Object.entries({ variant, ...placeIn(params) });
  const flags = only.map(([factor, value]) => `--only ${factor}=${value}`).join(' ');
  const levels = `--good ${before.toPrecision(6)} --bad ${after.toPrecision(6)}`;
  return (
    `git bisect start ${commit} ${lastBefore.commit} && git bisect run npm run --silent bisect -- ` +
    `${experiment} ${flags} --metric ${metric} ${levels}`
  );
}

/** The factors that `--only` names: all but those that every run on the virtual clock has. */
export function placeIn({ clock: _clock, idle: _idle, kernel: _kernel, ...place }: HistoryEntry['params']) {
  return place;
}
