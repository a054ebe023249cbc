import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Failure } from '../host/failure.ts';
import type { Host } from './host.ts';

/** Copies a file of this machine into a host over the command channel. */
export async function copyIn(host: Host, from: string, to: string): Promise<void> {
  const stdin = createReadStream(from);
  await once(stdin, 'open');
  const { status, stderr } = await host.run(['sh', '-c', 'cat > "$0"', to], { stdin });
  if (status !== 0) throw failed(host, `${to} cannot be written`, stderr);
}

export async function copyOut(host: Host, from: string, to: string): Promise<void> {
  const file = createWriteStream(to);
  const onStdout = async (chunk: Buffer) => {
    if (!file.write(chunk)) await once(file, 'drain');
  };
  try {
    const { status, stderr } = await host.run(['cat', from], { onStdout });
    if (status !== 0) throw failed(host, `${from} cannot be read`, stderr);
  } finally {
    file.end();
    await finished(file);
  }
}

function failed(host: Host, what: string, stderr: Buffer): Failure {
  return new Failure('infra', `${host.name}: ${what}: ${stderr}`.trim(), { log: host.consoleLog });
}
