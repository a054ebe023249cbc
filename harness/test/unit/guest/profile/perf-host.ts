import { execa } from 'execa';
import type { Command } from '../../../../src/guest/channel/command.ts';
import type { Host } from '../../../../src/guest/host.ts';
import type { HostSpec, RunOptions } from '../../../../src/guest/spec.ts';

/** Runs commands as processes of this machine, from a folder of programs, as a Host would in its guest. */
export function processHost(
  programs: string,
  kind: 'kvm' | 'tcg' = 'kvm',
  clock: HostSpec['clock'] = 'wall',
): Pick<Host, 'spec' | 'facts' | 'start' | 'run'> {
  const start = ([program = '', ...args]: readonly string[], options: RunOptions = {}) => {
    const env = { PATH: `${programs}:${process.env['PATH']}` };
    const child = execa(program, args, { env, reject: false, encoding: 'buffer', stdin: 'pipe' });
    if (options.stdin === undefined) child.stdin.end();
    else (options.stdin as NodeJS.ReadableStream).pipe(child.stdin);
    child.stderr.on('data', (chunk: Buffer) => options.onStderr?.(chunk));
    const result = child.then(({ exitCode, stdout, stderr }) => ({
      status: exitCode ?? 128,
      timedOut: false,
      stdout: Buffer.from(stdout),
      stderr: Buffer.from(stderr),
    }));
    return { result } as unknown as Command;
  };
  return {
    spec: { clock } as HostSpec,
    facts: { accelerator: { kind, why: 'said so' } } as Host['facts'],
    start,
    run: (argv, options) => start(argv, options).result,
  };
}
