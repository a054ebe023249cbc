import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { BootPlan } from '../../../src/experiment/boot-plan.ts';
import type { Clock } from '../../../src/host/clock.ts';
import { scheduleBoots } from '../../../src/run/schedule.ts';
import { boot } from '../store/made.ts';

const boots = (...clocks: Clock[]): BootPlan[] =>
  clocks.map((clock, index) => ({ ...boot, name: `${clock}-${index}`, clock }));

const never = new AbortController().signal;

test('scheduleBoots runs virtual boots a CPU each at the same time, and wall-clock boots one by one after them', async () => {
  const many = Array<Clock>(availableParallelism() + 1).fill('virtual');
  const inside = new Set<string>();
  const seen: string[][] = [];
  await scheduleBoots(
    boots(...many, 'wall', 'wall'),
    async ({ name }) => {
      inside.add(name);
      await sleep(10);
      seen.push([...inside]);
      inside.delete(name);
    },
    never,
  );
  expect(Math.max(...seen.map(({ length }) => length))).toBe(availableParallelism());
  const last = availableParallelism();
  expect(seen.slice(-2)).toEqual([[`wall-${last + 1}`], [`wall-${last + 2}`]]);
});

test('scheduleBoots aborts the others on the first failure, and throws that failure', async () => {
  const begun: string[] = [];
  const stopped: string[] = [];
  const end = scheduleBoots(
    boots('virtual', 'virtual', 'virtual', 'wall'),
    async ({ index, name }, signal) => {
      begun.push(name);
      if (name === 'virtual-0') {
        await sleep(10);
        throw new Error('the kernel complained');
      }
      await new Promise((_, refuse) => signal.addEventListener('abort', refuse)).catch(() => {
        stopped.push(name);
        throw new Error(`${index} was stopped`);
      });
    },
    never,
  );
  await expect(end).rejects.toThrow('the kernel complained');
  const others = ['virtual-1', 'virtual-2'].slice(0, availableParallelism() - 1);
  expect(begun).toEqual(['virtual-0', ...others]);
  expect(stopped).toEqual(others);
});

test('scheduleBoots starts no boot when the run is aborted', async () => {
  const stop = new AbortController();
  const begun: string[] = [];
  const end = scheduleBoots(
    boots('wall', 'wall'),
    async ({ name }) => {
      begun.push(name);
      stop.abort(new Error('SIGTERM'));
    },
    stop.signal,
  );
  await expect(end).rejects.toThrow('SIGTERM');
  expect(begun).toEqual(['wall-0']);
});
