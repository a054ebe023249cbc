import { createHash } from 'node:crypto';
import net from 'node:net';

export interface LockOptions {
  /** Called once if another holder has to be waited for. */
  onWait?: (() => void) | undefined;
  /** Ends the wait. What is done inside is for `fn` to end. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs fn while nobody else on this machine holds `name`. The lock is a listening abstract Unix socket: the
 * kernel drops it with the process, however that ends, and no file is left. Those who wait stay connected to
 * it, and its closing wakes them.
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

/** Takes the lock if it is free and gives the function that releases it; undefined if another holds it. */
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

/** Resolves when the present holder lets go, at once if it has done so, since nobody then listens; or when told to stop. */
function released(name: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: address(name), ...(signal && { signal }) });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.resume();
  });
}

/** A socket's name holds 107 bytes, a lock's name may be longer. */
function address(name: string): string {
  return `\0zerohop-${createHash('sha256').update(name).digest('hex')}`;
}
