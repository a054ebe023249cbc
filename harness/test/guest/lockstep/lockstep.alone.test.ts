import { expect, test } from 'vitest';
import { play } from './replay.ts';

/** Coarse while the hosts boot: what they play sets a finer quantum at its barrier. */
const schedule = { seed: 1, quantumNs: 100_000, distribution: 'uniform' } as const;
const structures = 'zerohop-structures --each';

test('two runs of one seed are the same to the bit, also on a loaded machine', async () => {
  const commands = [`${structures} --broken plain --seeds 1:3 --quantum 100 --ops 5000`];
  const quiet = await play({ schedule, commands, cpus: 2 });
  const loaded = await play({ schedule, commands, cpus: 2, loaded: true });
  expect(loaded).toEqual(quiet);
  const lost = quiet.said.flatMap(({ wrong }) => (wrong === undefined ? [] : [Number(wrong)]));
  expect(lost).toHaveLength(3);
  for (const count of lost) expect(count).toBeGreaterThan(0);
  // Another seed, another order.
  expect(new Set(lost).size).toBeGreaterThan(1);
  const other = await play({ schedule: { ...schedule, seed: 2 }, commands, cpus: 2 });
  expect(other.turns.hash).not.toBe(quiet.turns.hash);
});

test('atomics lose nothing, whatever the quantum', async () => {
  const commands = [1, 100, 100_000].flatMap((quantum) =>
    ['add', 'cas', 'cas16', 'lock'].map(
      (name) =>
        `${structures} --structure ${name} --quantum ${quantum} --ops ${quantum === 1 ? 2000 : 30_000}`,
    ),
  );
  const { said } = await play({ schedule, commands });
  const rounds = said.filter(({ seed }) => seed !== undefined);
  expect(rounds).toEqual(Array.from({ length: 12 }, () => ({ seed: 1, wrong: 0 })));
});

test('a sweep of seeds finds planted bugs, and none in what is right', async () => {
  const sweep = (form: string, seeds: string) =>
    `zerohop-structures ${form} --seeds ${seeds} --quantum 100 --ops 20`;
  const broken = ['stack --broken aba', 'table --broken check-then-act', 'table --broken impatient'];
  const commands = [
    ...broken.map((form) => sweep(`--structure ${form}`, '1:300')),
    ...['stack', 'table'].map((form) => sweep(`--structure ${form}`, '1:1000')),
  ];
  const { said } = await play({ schedule, commands });
  const found = said.filter(({ structure }) => structure !== undefined);
  expect(found).toHaveLength(commands.length);
  for (const { broken, failed } of found)
    if (broken === null) expect(failed).toBe(0);
    else expect(failed).toBeGreaterThan(0);
});

test('with store buffers an unfenced pair of hosts reads old values, a fenced one never', async () => {
  const sb = 'zerohop-structures --structure sb --quantum 100 --seeds 1:100';
  const atomics = ['add', 'cas', 'cas16', 'lock'].map(
    (name) => `zerohop-structures --structure ${name} --ops 5000`,
  );
  const commands = [`${sb} --broken no-fence`, sb, ...atomics];
  const failures = async (storeBuffer: number) => {
    const { said } = await play({ schedule, commands, memory: { storeBuffer, farNs: 0 } });
    return said.flatMap(({ failed }) => (failed === undefined ? [] : [Number(failed)]));
  };
  const [unfenced, ...rest] = await failures(8);
  expect(unfenced).toBeGreaterThan(0);
  expect(rest).toEqual([0, 0, 0, 0, 0]);
  expect(await failures(0)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('an access to far memory takes as long as was asked for, to the nanosecond', async () => {
  const commands = ['zerohop-access-time'];
  const { said } = await play({ schedule, commands, memory: { storeBuffer: 0, farNs: 250 } });
  expect(said).toEqual([{ loads: 1750, stores: 1750, locked: 1750 }]);
});
