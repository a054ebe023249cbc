import { once } from 'node:events';
import net from 'node:net';
import { resolve } from 'node:path';
import { Qmp } from '../guest/qmp.ts';
import { Failure } from '../host/failure.ts';
import { parseArguments } from './arguments.ts';

const commands = { pause: 'stop', resume: 'cont', kill: 'quit' } as const;
const names = Object.keys(commands) as (keyof typeof commands)[];

/** An order to a host that another command has booted with --qmp. */
export interface HostOrder {
  name: keyof typeof commands;
  socket: string;
}

export function hostOrder(argv: readonly string[], cwd: string): HostOrder | undefined {
  const { flags, given, command } = parseArguments('guest', argv);
  for (const name of names) {
    const socket = flags[name];
    if (socket === undefined) continue;
    if (given.length === 1 && command === undefined) return { name, socket: resolve(cwd, socket) };
    throw new Failure('usage', `--${name} is for a host that runs already, and takes nothing beside it`, {
      next: `npm run guest -- --${name} ${socket}`,
    });
  }
  return undefined;
}

const answerMs = 10_000;

/** Returns when QEMU has carried the order out. */
export async function giveOrder({ name, socket }: HostOrder): Promise<void> {
  const stream = net.connect(socket);
  try {
    await once(stream, 'connect').catch((cause) => {
      throw new Failure('usage', `no host listens on ${socket} (${cause.code})`, {
        next: 'name a socket that npm run guest -- --qmp ... has printed, while its hosts run',
      });
    });
    const late = AbortSignal.timeout(answerMs);
    await Promise.race([
      new Qmp(stream, () => {}).execute(commands[name]),
      once(late, 'abort').then(() => {
        throw new Failure('infra', `${socket} has not answered after ${answerMs / 1000} s`, {
          next: 'QEMU talks to one client at a time: end the other one',
        });
      }),
    ]);
  } finally {
    stream.destroy();
  }
}
