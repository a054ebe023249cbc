import { expect, test } from 'vitest';
import { roundOf } from '../../../src/run/explore/trace.ts';
import { type Outcome, scene } from './scene.ts';

const structures = 'zerohop-structures';

/** Those of no-fence need a store buffer. A host that no-successor never wakes spins a million times first. */
const planted = {
  ticket: ['plain-draw', 'early-serve'],
  mcs: ['late-flag', 'no-successor'],
  seqlock: ['never-odd', 'read-odd', 'no-recheck'],
  stack: ['aba'],
  queue: ['blind-link', 'late-value'],
  table: ['check-then-act', 'impatient'],
  epoch: ['short-grace', 'late-announce'],
};

const numbers = ({ said }: Outcome, name: string) =>
  said.flatMap((line) => (line[name] === undefined ? [] : [Number(line[name])]));

test('atomics lose nothing and what is right is never found wrong, while planted bugs are found', async () => {
  const atomics = [1, 100, 100_000].flatMap((quantum) =>
    ['add', 'cas', 'cas16', 'lock'].map(
      (name) => `--structure ${name} --quantum ${quantum} --ops ${quantum === 1 ? 2000 : 30_000}`,
    ),
  );
  const sweep = (form: string, seeds: string) =>
    `--structure ${form} --seeds ${seeds} --quantum 100 --ops 20`;
  const right = [
    ...['stack', 'table'].map((form) => sweep(form, '1:1000')),
    ...['ticket', 'mcs', 'seqlock', 'queue', 'epoch'].map((form) => sweep(form, '1:300')),
  ];
  // Their missing flushes do not matter where memory is coherent.
  const unflushed = [
    'message --broken unflushed',
    'message --broken stale-read',
    'message --broken early-flag',
  ]
    .concat(['tally --broken neighbours', 'tally --broken locked', 'message', 'tally'])
    .map((form) => sweep(form, '1:50'));
  // Only a store buffer shows these.
  const buffered = ['sb', 'sb --broken no-fence', 'add --broken unlocked'].map((form) =>
    sweep(form, '1:100'),
  );
  const broken = Object.entries(planted).flatMap(([name, forms]) =>
    forms.map((form) => sweep(`${name} --broken ${form}`, form === 'no-successor' ? '1:20' : '1:300')),
  );
  const all = [...atomics, ...right, ...unflushed, ...buffered, ...broken];
  const failed = numbers(await scene({ commands: all.map((words) => `${structures} ${words}`) }), 'failed');
  expect(failed).toHaveLength(all.length);
  const correct = failed.slice(0, -broken.length);
  expect(correct).toEqual(correct.map(() => 0));
  for (const count of failed.slice(-broken.length)) expect(count).toBeGreaterThan(0);
});

test('store buffers are seen without a fence alone, and far memory takes its time to the nanosecond', async () => {
  const sb = `${structures} --structure sb --quantum 100 --seeds 1:100`;
  const atomics = ['add', 'cas', 'cas16', 'lock'].map(
    (name) => `${structures} --structure ${name} --ops 2000`,
  );
  const unlocked = `${structures} --structure add --broken unlocked --quantum 100 --seeds 1:20 --ops 20`;
  const commands = ['zerohop-access-time', `${sb} --broken no-fence`, unlocked, sb, ...atomics];
  const outcome = await scene({ commands, memory: { storeBuffer: 8, farNs: 250 } });
  expect(outcome.said[0]).toEqual({ loads: 1750, stores: 1750, locked: 1750, flushed: 1750 });
  const [unfenced, alone, ...rest] = numbers(outcome, 'failed');
  expect(unfenced).toBeGreaterThan(0);
  expect(alone).toBeGreaterThan(0);
  expect(rest).toEqual([0, 0, 0, 0, 0]);
});

test('a host whose power fails in mid-round dies at the same instruction each time, and the other goes on', async () => {
  const commands = [`${structures} --each --structure add --seeds 7 --quantum 1000 --ops 3000`];
  const whole = await scene({ commands, traceSeed: 7 });
  expect(numbers(whole, 'wrong')).toEqual([0]);
  const instants = roundOf(7, whole.traces).flatMap(({ host, ns }) => (host === 1 ? [ns] : []));
  const killAt = { host: 1, ns: (instants[Math.floor(instants.length / 2)] ?? 0) + 1 };
  const first = await scene({ commands, killAt });
  const [missing = 0] = numbers(first, 'wrong');
  expect(missing).toBeGreaterThan(0);
  expect(missing).toBeLessThan(3000);
  expect(await scene({ commands, killAt })).toEqual(first);
});
