import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Host } from './host.ts';

/** Copies a file of this machine into a host over the command channel. */
export async function copyIn(host: Host, from: string, to: string): Promise<void> {
  const stdin = createReadStream(from);
  await once(stdin, 'open');
  await host.must(['sh', '-c', 'cat > "$0"', to], { stdin, what: `writing ${to}` });
}

export async function copyOut(host: Host, from: string, to: string): Promise<void> {
  const file = createWriteStream(to);
  const onStdout = async (chunk: Buffer) => {
    if (!file.write(chunk)) await once(file, 'drain');
  };
  try {
    await host.must(['cat', from], { onStdout });
  } finally {
    file.end();
    await finished(file);
  }
}
