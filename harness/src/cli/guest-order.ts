import { once } from 'node:events';
import net from 'node:net';
import { resolve } from 'node:path';
import { poison } from '../fabric/poison.ts';
import { Qmp } from '../guest/qmp.ts';
import { Failure } from '../host/failure.ts';
import { parseArguments } from './arguments.ts';

const orders = {
  pause: (qmp: Qmp) => qmp.execute('stop'),
  resume: (qmp: Qmp) => qmp.execute('cont'),
  kill: (qmp: Qmp) => qmp.execute('quit'),
  poison: (qmp: Qmp, offset: number) => poison(qmp, offset),
};
const names = ['pause', 'resume', 'kill', 'poison'] as const;

/** An order to a host that another command has booted with --qmp. */
export interface HostOrder {
  name: keyof typeof orders;
  socket: string;
  /** Into the shared memory, of the byte that goes bad. */
  offset: number;
}

export function hostOrder(argv: readonly string[], cwd: string): HostOrder | undefined {
  const { flags, given, command } = parseArguments('guest', argv);
  for (const name of names) {
    const flag = flags[name];
    if (flag === undefined) continue;
    const { socket, offset } = typeof flag === 'string' ? { socket: flag, offset: 0 } : flag;
    if (given.length === 1 && command === undefined) return { name, socket: resolve(cwd, socket), offset };
    throw new Failure('usage', `--${name} is for a host that runs already, and takes nothing beside it`, {
      next: `npm run guest -- --${name} ${given.find((one) => one.name === name)?.text}`,
    });
  }
  return undefined;
}

const answerMs = 10_000;

/** Returns when QEMU has carried the order out. */
export async function giveOrder({ name, socket, offset }: HostOrder): Promise<void> {
  const stream = net.connect(socket);
  try {
    await once(stream, 'connect').catch((cause) => {
      throw new Failure('usage', `no host listens on ${socket} (${cause.code})`, {
        next: 'name a socket that npm run guest -- --qmp ... has printed, while its hosts run',
      });
    });
    const late = AbortSignal.timeout(answerMs);
    await Promise.race([
      orders[name](new Qmp(stream, () => {}), offset),
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
