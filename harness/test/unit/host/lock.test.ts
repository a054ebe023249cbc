import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { tryLock, withLock } from '../../../src/host/lock.ts';

const holders: ChildProcess[] = [];
afterEach(() => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
});

async function holdElsewhere(name: string): Promise<ChildProcess> {
  const program = join(import.meta.dirname, '../../fixtures/host/hold-lock.ts');
  const holder = spawn(process.execPath, ['--import', 'tsx', program, name], {
    cwd: checkoutRoot(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holders.push(holder);
  await once(holder.stdout as NodeJS.ReadableStream, 'data');
  return holder;
}

test('SIGKILL of the process that holds it lets a waiter in', async () => {
  const name = `kill ${process.pid}`;
  const holder = await holdElsewhere(name);
  const onWait = vi.fn();
  let entered = false;
  const waiting = withLock(
    name,
    async () => {
      entered = true;
    },
    { onWait },
  );
  await vi.waitFor(() => expect(onWait).toHaveBeenCalledOnce());
  expect(entered).toBe(false);
  holder.kill('SIGKILL');
  await waiting;
  expect(entered).toBe(true);
});

test('a wait ends when it is told to, and takes no lock', async () => {
  const name = `stop ${process.pid}`;
  const holder = await holdElsewhere(name);
  const stop = new AbortController();
  const inside = vi.fn();
  const onWait = () => void setImmediate(() => stop.abort(new Error('stopped')));
  await expect(withLock(name, inside, { onWait, signal: stop.signal })).rejects.toThrow('stopped');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(await tryLock(name)).toBeTypeOf('function');
  expect(inside).not.toHaveBeenCalled();
});

test('another process that holds it is not waited for by tryLock', async () => {
  const name = `try ${process.pid}`;
  await holdElsewhere(name);
  expect(await tryLock(name)).toBeUndefined();
});

test('only one of many is inside at a time, and each gets its turn', async () => {
  let inside = 0;
  let most = 0;
  let turns = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 2));
    inside -= 1;
    turns += 1;
  };
  const name = `crowd ${process.pid}`;
  await Promise.all(Array.from({ length: 20 }, () => withLock(name, work)));
  expect({ most, turns }).toEqual({ most: 1, turns: 20 });
});

test('what is thrown inside passes, and the lock is free again', async () => {
  const name = `throw ${process.pid}`;
  const failing = withLock(name, async () => {
    throw new Error('inside');
  });
  await expect(failing).rejects.toThrow('inside');
  const release = await tryLock(name);
  expect(release).toBeTypeOf('function');
  release?.();
});
