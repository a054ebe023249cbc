import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostSpec } from '../../../../src/guest/spec.ts';
import { demandGoodEnds } from '../../../../src/run/explore/rounds.ts';

let logDir: string;

beforeAll(async () => {
  logDir = await mkdtemp(join(tmpdir(), 'zerohop-rounds-'));
  await writeFile(join(logDir, 'console.log'), 'Linux version 6.12\n');
});
afterAll(() => rm(logDir, { recursive: true }));

/** Two hosts that were to play the seeds 1 to 5. */
async function ends(outputs: string[], rounds = 10): Promise<void> {
  const specs = outputs.map((_, index) => ({ name: `h${index}`, logDir }) as HostSpec);
  const play = { specs, sizeBytes: 0, commandsOf: () => [] } as never;
  const turns = { rounds, ns: 0, seed: 5, slices: 1, hash: '' };
  await demandGoodEnds(play, { outputs, turns }, { seeds: { first: 1, last: 5 }, logDir });
}

const failing = '{"seed":3,"wrong":1,"turns":9}\nstatus 1\n';

test('a program that found nothing, or named what it found, has ended well', async () => {
  await ends(['status 0\n', 'status 0\n']);
  await ends([failing, 'status 0\n']);
});

test.each([
  {
    what: 'ends with 1 and names no seed',
    h1: 'status 1\n',
    says: 'ended with 1: named no seed that failed',
  },
  { what: 'ends with 1 for another reason', h1: 'no device\nstatus 1\n', says: 'ended with 1: no device' },
  { what: 'is killed', h1: 'status 139\n', says: 'ended with 139: it said nothing' },
  { what: 'does not end', h1: '', says: 'did not end' },
])(
  'a program that $what on one host has played nothing, though the other found a failure',
  async ({ h1, says }) => {
    await expect(ends([failing, h1])).rejects.toThrow(`h1: the program ${says}`);
  },
);

test('a program that came to fewer barriers than there are seeds has not played them', async () => {
  await expect(ends(['status 0\n', 'status 0\n'], 4)).rejects.toThrow('Expected 5 barriers or more, got 4');
});
