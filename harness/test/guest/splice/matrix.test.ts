import { expect, test } from 'vitest';
import { bootSpliced } from '../../../src/checks/splice/host.ts';

const minuteMs = 60_000;

test('calls that are under way while their connection changes see what they see over TCP', {
  timeout: 40 * minuteMs,
}, async () => {
  await using host = await bootSpliced();
  for (const args of [
    ['--every', '14', '--lanes', '16'],
    ['--every', '42', '--from', '7', '--one-cpu'],
    ['--races', '600', '--lanes', '6'],
  ]) {
    const { status, stdout, stderr } = await host.run(['zerohop-splice-matrix', ...args], {
      timeoutMs: 12 * minuteMs,
    });
    expect(`${stdout}${stderr}`).toMatch(
      /^[1-9]\d* (cells|races), 0 differ, 0 processes failed, [1-9]\d* bytes through rings\n$/,
    );
    expect(status).toBe(0);
  }
});
