import { expect, test } from 'vitest';
import { bootSpliced } from '../../../src/checks/splice/host.ts';

const minuteMs = 60_000;

test('of connections that came and went in every order nothing is left', {
  timeout: 40 * minuteMs,
}, async () => {
  await using host = await bootSpliced();
  const { status, stdout, stderr } = await host.run(
    ['zerohop-splice-churn', '--connections', '6000', '--kills', '6', '--starved', '1'],
    { timeoutMs: 20 * minuteMs },
  );
  expect(`${stdout}${stderr}`).not.toMatch(/UNEQUAL|TOO MANY/);
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
});
