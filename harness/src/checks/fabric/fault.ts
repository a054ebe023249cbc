import { setTimeout as sleep } from 'node:timers/promises';
import type { RaisedHosts } from '../../fabric/raise.ts';
import type { Server } from '../../fabric/server.ts';
import { Failure } from '../../host/failure.ts';

/** A fault of a fabric. None ever changes what is in its memory. */
export type Fault =
  | { kind: 'pause-host'; host: number; forMs: number }
  | { kind: 'kill-host'; host: number }
  /** Held for ever at one of its next operations, before or after its effect, and killed there. */
  | { kind: 'kill-host-at'; host: number; operation: number; when: 'before' | 'after' }
  | { kind: 'pause-server'; forMs: number }
  | { kind: 'kill-server' }
  /** Silent for good, as a machine that hangs. */
  | { kind: 'hang-server' };

/** Resolves when it has happened; a pause is over then. */
export async function inject({ fabric, hosts }: RaisedHosts, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'pause-host':
      await hosts[fault.host]?.pause();
      await sleep(fault.forMs);
      await hosts[fault.host]?.resume();
      return;
    case 'kill-host':
      await hosts[fault.host]?.kill();
      return;
    case 'kill-host-at': {
      const server = serverOf(fabric.server);
      const known = (await server.statistics()).find(({ host }) => host === fault.host);
      const done = Object.values(known?.operations ?? {}).reduce((sum, many) => sum + many, 0);
      await server.holdOperation(fault.host, done + fault.operation, fault.when);
      await hosts[fault.host]?.kill();
      return;
    }
    case 'pause-server':
      serverOf(fabric.server).freeze();
      await sleep(fault.forMs);
      serverOf(fabric.server).thaw();
      return;
    case 'kill-server':
      await serverOf(fabric.server).kill();
      return;
    case 'hang-server':
      serverOf(fabric.server).freeze();
  }
}

function serverOf(server: Server | undefined): Server {
  if (server !== undefined) return server;
  throw new Failure('usage', 'this fabric has no server of ours', { next: 'use --fabric tcp' });
}
