import { expect, test } from 'vitest';
import { scene } from './scene.ts';

const survived = [
  ...['stack', 'lease'].map((form) => `${form} --faults kill --seeds 1:100`),
  ...['lease', 'ticket'].map((form) => `${form} --faults pause --seeds 1:100`),
  'lease --broken unfenced --faults kill --seeds 1:50',
];
const fatal = [
  'ticket --faults kill --seeds 1:20',
  'lease --broken no-takeover --faults kill --seeds 1:40',
  'lease --broken unfenced --faults pause --seeds 1:50',
];

test('a host that dies or is paused in a round fails what waits for it, and nothing else', async () => {
  const commands = [...survived, ...fatal].map(
    (form) => `zerohop-structures --quantum 100 --ops 20 --structure ${form}`,
  );
  // A dead host's buffer is lost.
  const { said } = await scene({ commands, memory: { storeBuffer: 8, farNs: 0 } });
  const failed = said.flatMap((line) => (line['failed'] === undefined ? [] : [Number(line['failed'])]));
  expect(failed).toHaveLength(commands.length);
  expect(failed.slice(0, survived.length)).toEqual(survived.map(() => 0));
  for (const count of failed.slice(survived.length)) expect(count).toBeGreaterThan(0);
});
