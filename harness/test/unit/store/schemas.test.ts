import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { publishedSchema } from '../../../src/measure/published.ts';
import { acceptedChanges } from '../../../src/store/accepted.ts';
import { jsonSchemas } from '../../../src/store/schemas.ts';

const results = join(checkoutRoot(), 'results');

describe('results/schemas', () => {
  // `npx vitest run --project unit schemas -u` writes them anew.
  it.each([...jsonSchemas()])('%s says what the code checks', async (name, text) => {
    await expect(text).toMatchFileSnapshot(join(results, 'schemas', name));
  });

  it('has no file that the code does not know', async () => {
    expect((await readdir(join(results, 'schemas'))).sort()).toEqual([...jsonSchemas().keys()].sort());
  });
});

describe('results/published.json', () => {
  it('is valid, names every claim once, and names only one thing that decides it', async () => {
    const { claims } = publishedSchema.parse(
      JSON.parse(await readFile(join(results, 'published.json'), 'utf8')),
    );
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    for (const claim of claims) {
      expect(claim.where['workload'], claim.id).toBeDefined();
      if (claim.kind === 'exactly') expect(claim.cell, claim.id).toBeDefined();
      if (claim.clock === 'virtual') expect(claim.where.idle, claim.id).toBeUndefined();
    }
  });

  it('refuses a claim that nothing decides, or two things', () => {
    const claim = {
      id: 'a',
      experiment: 'netperf',
      statement: 's',
      kind: 'about',
      clock: 'wall',
      published: 1,
      source: 's',
      where: {},
    };
    const ratio = { numerator: 'smc', denominator: 'tcp', metric: 'rate' };
    const cell = { metric: 'rate' };
    expect(publishedSchema.safeParse({ claims: [claim] }).success).toBe(false);
    expect(publishedSchema.safeParse({ claims: [{ ...claim, ratio, cell }] }).success).toBe(false);
    expect(publishedSchema.safeParse({ claims: [{ ...claim, ratio }] }).success).toBe(true);
  });
});

test('results/accepted.json is valid', async () => {
  await expect(acceptedChanges()).resolves.toBeInstanceOf(Array);
});
