import { execa } from 'execa';
import { expect, test } from 'vitest';

const explore = (...args: string[]) =>
  execa('npm', ['run', '-s', 'explore', '--', '--seeds', '1:200', '--quantum', '100', ...args], {
    reject: false,
    env: { NO_COLOR: '1' },
  });
const stack = ['--', 'zerohop-structures', '--ops', '20', '--structure', 'stack'];

test('a sweep finds a planted race, its replay line shows the same failure, and what is right does not fail', async () => {
  const found = await explore(...stack, '--broken', 'aba');
  expect(found.exitCode, found.stderr).toBe(1);
  const [, line = '', seed = ''] =
    /^replay it: npm run explore -- (.* --replay (\d+) .*)$/m.exec(found.stdout) ?? [];
  expect(line).not.toBe('');
  const [, failure = ''] = new RegExp(`^(seed ${seed}: .*)$`, 'm').exec(found.stdout) ?? [];
  const again = await execa('npm', ['run', '-s', 'explore', '--', ...line.split(' ')], { reject: false });
  expect(again.exitCode, again.stderr).toBe(1);
  expect(again.stdout).toContain(`${failure}; hash `);
  // Two columns, and the program's own functions in them.
  expect(again.stdout).toMatch(/^ turn +ns {2}h0 +h1$/m);
  expect(again.stdout).toMatch(/^ +\d+ +\d+ +(play|pop|push|hold|change) stack\.c:\d+/m);
  const right = await explore(...stack);
  expect(right.exitCode, right.stderr).toBe(0);
  expect(right.stdout).toBe('0 of 200 seeds failed');
});

test('a program that plays no round is an error, and no sweep without failures', async () => {
  const idle = await explore('--', 'true');
  expect(idle.exitCode, idle.stderr).toBe(3);
  expect(idle.stderr).toContain('Expected 200 barriers or more, got 0');
});
