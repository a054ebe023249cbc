import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { drawProgress, liveLine, progressText } from '../../../src/cli/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('TERM', 'xterm');
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function screen(tty: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY: tty, columns: 60 });
  const display = drawProgress(stream as unknown as NodeJS.WriteStream);
  return { ...display, text: () => String(stream.read() ?? '') };
}

test('an event in words', () => {
  expect(progressText({ what: 'kernel build', done: 3, of: 9, leftMs: 100_000 })).toBe(
    'kernel build: 3 of 9, about 2 min left',
  );
  expect(progressText({ what: 'kernel source' })).toBe('kernel source');
});

test('elsewhere than on a terminal a step is one line, repeated while it goes on for long', () => {
  const { progress, end, text } = screen(false);
  progress({ what: 'build', done: 1, of: 9 });
  for (let done = 2; done < 5; done++) progress({ what: 'build', done, of: 9 });
  expect(text()).toBe('zerohop: build: 1 of 9\n');
  vi.advanceTimersByTime(31_000);
  progress({ what: 'build', done: 5, of: 9 });
  progress({ what: 'boot' });
  end();
  expect(text()).toBe('zerohop: build: 5 of 9\nzerohop: boot\n');
});

test('a terminal has one line that is drawn over, and long steps leave a trace', () => {
  const { progress, end, text } = screen(true);
  progress({ what: 'build', done: 1, of: 2 });
  expect(text()).toBe(`\r\x1b[Kbuild: 1 of 2 [${'#'.repeat(15)}${'.'.repeat(15)}]`);
  vi.advanceTimersByTime(50);
  progress({ what: 'build', done: 2, of: 2 });
  expect(text()).toBe('');
  vi.advanceTimersByTime(4950);
  progress({ what: 'boot' });
  expect(text()).toBe('\r\x1b[Kbuild: 5 s\n\r\x1b[Kboot');
  end();
  expect(text()).toBe('\r\x1b[K');
});

test.each([5, 20, 34, 50, 120])('a line never reaches the edge of a terminal of %i columns', (columns) => {
  const line = liveLine({ what: 'kernel build, first', done: 7, of: 10, leftMs: 5000 }, columns);
  expect(line.length).toBeLessThan(columns);
});
