import { type Stop, stoppedText } from './signals.ts';

/** Ends this process once its output has been taken: process.exit() alone drops what does not fit into a pipe. */
export async function exitWhenWritten(status: number, stop: Stop): Promise<never> {
  const output = Promise.all([process.stdout, process.stderr].map(written));
  await Promise.race([output.then(() => process.exit(status)), stopped(stop)]);
  const stopStatus = stop.status() ?? status;
  process.stderr.write(stoppedText(stopStatus));
  process.exit(stopStatus);
}

/** Also resolves when the reader has gone. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/** A reader may never read: a signal that comes now ends the wait. */
function stopped({ signal }: Stop): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
