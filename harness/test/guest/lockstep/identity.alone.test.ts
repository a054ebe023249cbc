import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Qmp } from '../../../src/guest/qmp.ts';
import { busy, type Outcome, scene } from './scene.ts';

/** Both hosts idle, then both vCPUs of each busy: whatever comes from outside finds something that it could move. */
const commands = [
  'sleep 0.2',
  '(while :; do :; done) & zerohop-structures --each --broken plain --seeds 1:3 --quantum 100 --ops 2000; kill $!',
  'sleep 0.2',
];

test('two runs of one seed are the same to the bit, also on a loaded machine that pauses a host', async () => {
  const [cpus, traceSeed] = [2, 0];
  const quiet = await scene({ commands, cpus, traceSeed });
  const end = busy();
  const other = await scene({
    commands,
    cpus,
    traceSeed,
    beside: ([, second = '']) => pauses(second),
  }).finally(end);
  expect(other).toEqual(quiet);
  const lost = quiet.said.flatMap(({ wrong }) => (wrong === undefined ? [] : [Number(wrong)]));
  expect(lost).toHaveLength(3);
  // Another seed, another order: of one sweep's rounds, one of which may lose nothing where the other work kept the hosts
  // from counting at one time ...
  expect(new Set(lost).size, lost.join()).toBeGreaterThan(1);
  // ... and from the first turn that it draws.
  const schedule = { seed: 2, quantumNs: 100_000, distribution: 'uniform' } as const;
  const until = ({ slices }: Outcome['turns']) => slices > 1000;
  const begin = ({ traces }: Outcome) => traces.map((text) => text.slice(0, 4000));
  const [h0, h1] = begin(await scene({ commands, cpus, traceSeed, schedule, until }));
  expect([h0, h1].map((text) => text?.length)).toEqual([4000, 4000]);
  expect(begin(quiet)[0]).not.toBe(h0);
  expect(begin(quiet)[1]).not.toBe(h1);
});

const longPauseMs = 3000;

/** A host stands still for a while of real time, then is kicked again and again until it ends. All that is no time to it. */
async function pauses(path: string): Promise<void> {
  while (!existsSync(path)) await sleep(20);
  const socket = connect(path);
  await once(socket, 'connect');
  // Not once(), which a reset of the connection would make fail: QEMU may end before it reads what was sent.
  const ended = new Promise((resolve) => socket.on('close', resolve));
  const qmp = new Qmp(socket, () => {});
  await sleep(1000);
  await qmp.execute('stop');
  expect(await qmp.execute('query-status')).toMatchObject({ running: false });
  await sleep(longPauseMs);
  const kick = async () => {
    for (;;) {
      await qmp.execute('cont');
      await sleep(20);
      await qmp.execute('stop');
    }
  };
  await Promise.race([ended, kick().catch(() => ended)]);
  socket.destroy();
}
