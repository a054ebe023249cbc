import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Qmp } from '../../../src/guest/qmp.ts';
import { busy, type Outcome, scene } from './scene.ts';

test('two runs of one seed are the same to the bit, also on a loaded machine that pauses a host', async () => {
  const commands = [`zerohop-structures --each --broken plain --seeds 1:3 --quantum 100 --ops 2000`];
  const [cpus, traceSeed] = [2, 0];
  const quiet = await scene({ commands, cpus, traceSeed });
  const end = busy();
  const other = await scene({
    commands,
    cpus,
    traceSeed,
    beside: ([, second = '']) => pause(second, 3000),
  }).finally(end);
  expect(other).toEqual(quiet);
  const lost = quiet.said.flatMap(({ wrong }) => (wrong === undefined ? [] : [Number(wrong)]));
  expect(lost).toHaveLength(3);
  for (const count of lost) expect(count).toBeGreaterThan(0);
  // Another seed, another order: of one sweep's rounds ...
  expect(new Set(lost).size).toBeGreaterThan(1);
  // ... and from the first turn that it draws.
  const schedule = { seed: 2, quantumNs: 100_000, distribution: 'uniform' } as const;
  const until = ({ slices }: Outcome['turns']) => slices > 1000;
  const begin = ({ traces }: Outcome) => traces.map((text) => text.slice(0, 4000));
  const [h0, h1] = begin(await scene({ commands, cpus, traceSeed, schedule, until }));
  expect([h0, h1].map((text) => text?.length)).toEqual([4000, 4000]);
  expect(begin(quiet)[0]).not.toBe(h0);
  expect(begin(quiet)[1]).not.toBe(h1);
});

/** A host stands still for a while of real time; on the virtual clock that is no time. */
async function pause(path: string, ms: number): Promise<void> {
  while (!existsSync(path)) await sleep(20);
  const socket = connect(path);
  await once(socket, 'connect');
  const qmp = new Qmp(socket, () => {});
  await sleep(1000);
  await qmp.execute('stop');
  expect(await qmp.execute('query-status')).toMatchObject({ running: false });
  await sleep(ms);
  await qmp.execute('cont');
  socket.destroy();
}
