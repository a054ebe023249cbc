import { execa } from 'execa';
import { Failure } from './failure.ts';

/** What a tool of this machine says of itself. */
export interface ToolVersion {
  /** All that it says: a part of the key of what it builds. */
  text: string;
  /** Its first line, for people. */
  line: string;
  /** The first dotted number in it; undefined if it has none. */
  number: string | undefined;
}

/** Runs the tool as the harness does, by its name on the path. Throws a Failure if it does not run. */
export async function toolVersion(tool: string, flag = '--version'): Promise<ToolVersion> {
  const { failed, stdout, stderr, shortMessage } = await execa(tool, [flag], {
    env: { LC_ALL: 'C' },
    reject: false,
    stdin: 'ignore',
  });
  if (failed)
    throw new Failure('infra', `${tool} does not run: ${stderr || shortMessage}`, {
      next: 'see npm run doctor',
    });
  return {
    text: stdout,
    line: stdout.trimStart().split('\n')[0] ?? '',
    number: /\d+(\.\d+)+/.exec(stdout)?.[0],
  };
}

/** QEMU's version as manifests and cache keys name it. */
export async function qemuVersion(qemu = 'qemu-system-x86_64'): Promise<string> {
  const { number } = await toolVersion(qemu);
  if (number !== undefined) return number;
  throw new Failure('infra', `${qemu} does not say its version`, { next: 'see npm run doctor' });
}
