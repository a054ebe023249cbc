import { expect, test } from 'vitest';
import { bootSpliced } from '../../../src/checks/splice/host.ts';

const minuteMs = 60_000;

test('random operations see the same over TCP and over a splice', { timeout: 40 * minuteMs }, async () => {
  await using host = await bootSpliced();
  const { status, stdout, stderr } = await host.run(
    ['zerohop-splice-fuzz', '--seed', '20260101', '--ops', '20000'],
    { timeoutMs: 20 * minuteMs },
  );
  expect(`${stdout}${stderr}`).toMatch(/^\d+ operations in \d+ sequences, 0 differ; [1-9]/m);
  expect(status).toBe(0);
});
