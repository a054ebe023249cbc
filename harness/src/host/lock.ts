import { createHash } from 'node:crypto';
import net from 'node:net';

export interface LockOptions {
  /** Called once if the lock is held by another. */
  onWait?: (() => void) | undefined;
  /** Aborts the wait. It does not abort `fn`. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs fn while no other process on this machine holds `name`. The lock is a listening abstract Unix socket: the
 * kernel closes it when the process ends, and no file is left. Waiting processes stay connected to it, and its
 * closing wakes them.
 */
export async function withLock<T>(name: string, fn: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  let release = await tryLock(name);
  if (release === undefined) options.onWait?.();
  while (release === undefined) {
    await released(name, options.signal);
    options.signal?.throwIfAborted();
    release = await tryLock(name);
  }
  try {
    return await fn();
  } finally {
    release();
  }
}

/** Takes the lock if it is free and returns the function that releases it; undefined if another process holds it. */
export function tryLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => waiting.delete(socket));
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: address(name) }, () => {
      resolve(() => {
        server.close();
        for (const socket of waiting) socket.destroy();
      });
    });
  });
}

/** Resolves when the holder releases the lock, or when the signal aborts. */
function released(name: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: address(name), ...(signal && { signal }) });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.resume();
  });
}

/** A hash of the lock's name, because a socket's name has at most 107 bytes. */
function address(name: string): string {
  return `\0zerohop-${createHash('sha256').update(name).digest('hex')}`;
}
