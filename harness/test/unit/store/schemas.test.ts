import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { publishedSchema } from '../../../src/measure/published.ts';
import { acceptedChanges } from '../../../src/store/accepted.ts';
import { jsonSchemas } from '../../../src/store/schemas.ts';

const results = join(checkoutRoot(), 'results');

interface JsonSchema {
  description?: string;
  properties?: Record<string, JsonSchema>;
  [keyword: string]: unknown;
}

/** Each field of a schema and of what it contains, by its path. */
function fieldsOf(schema: JsonSchema, path = ''): { path: string; description: string | undefined }[] {
  const { properties = {}, ...others } = schema;
  const own = Object.entries(properties).flatMap(([name, field]) => [
    { path: `${path}/${name}`, description: field.description },
    ...fieldsOf(field, `${path}/${name}`),
  ]);
  const parts = Object.values(others)
    .flat()
    .filter((part) => typeof part === 'object' && part !== null);
  return [...own, ...parts.flatMap((part) => fieldsOf(part as JsonSchema, path))];
}

describe('results/schemas', () => {
  // `npx vitest run --project unit schemas -u` writes them anew.
  it.each([...jsonSchemas()])('%s says what the code checks', async (name, text) => {
    await expect(text).toMatchFileSnapshot(join(results, 'schemas', name));
  });

  it.each([...jsonSchemas()])(
    '%s has an id with its version, a title, and a description of each field',
    (name, text) => {
      const schema = JSON.parse(text);
      expect(schema).toMatchObject({ version: expect.any(Number), title: expect.any(String) });
      expect(schema.$id).toBe(`urn:zerohop:${name.replace('.json', '')}:${schema.version}`);
      const fields = fieldsOf(schema);
      expect(fields.length).toBeGreaterThan(3);
      expect(fields.filter(({ description = '' }) => description === '')).toEqual([]);
    },
  );

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
