import { PassThrough, type Readable } from 'node:stream';

export interface HostInput {
  stdin: Readable;
  /** The host reads no more: from here on the others wait for it no longer. */
  leave: () => void;
}

/** Each of several hosts reads all of `source`, at the pace of the slowest that still reads. */
export function inputsFor(hosts: number, source: Readable): HostInput[] {
  if (hosts === 1) return [{ stdin: source, leave: () => {} }];
  return Array.from({ length: hosts }, () => {
    const stdin = source.pipe(new PassThrough());
    return { stdin, leave: () => void source.unpipe(stdin) };
  });
}
