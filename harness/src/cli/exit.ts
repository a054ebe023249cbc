import { type Stop, stoppedText } from './signals.ts';

/** Ends this process once its output is written: process.exit() alone drops output that does not fit into a pipe. */
export async function exitWhenWritten(status: number, stop: Stop): Promise<never> {
  const output = Promise.all([process.stdout, process.stderr].map(written));
  await Promise.race([output.then(() => process.exit(status)), stopped(stop)]);
  const stopStatus = stop.status() ?? status;
  process.stderr.write(stoppedText(stopStatus));
  process.exit(stopStatus);
}

/** Also resolves when the reader has closed the pipe. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/** Resolves on a signal, because a reader may never read. */
function stopped({ signal }: Stop): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
