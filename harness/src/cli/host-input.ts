import { PassThrough, type Readable } from 'node:stream';

export interface HostInput {
  stdin: Readable;
  /** Called when the host reads no more, so that the others no longer wait for it. */
  leave: () => void;
}

/** Copies `source` to each of several hosts, at the speed of the slowest host that still reads. */
export function inputsFor(hosts: number, source: Readable): HostInput[] {
  if (hosts === 1) return [{ stdin: source, leave: () => {} }];
  return Array.from({ length: hosts }, () => {
    const stdin = source.pipe(new PassThrough());
    return { stdin, leave: () => void source.unpipe(stdin) };
  });
}
