import { execa } from 'execa';
import { Failure } from './failure.ts';

/** A tool's version. */
export interface ToolVersion {
  /** Its whole output: a part of the cache key of its builds. */
  text: string;
  /** Its first line, for messages. */
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

/** QEMU's version, for manifests and cache keys. */
export async function qemuVersion(qemu = 'qemu-system-x86_64'): Promise<string> {
  const { number } = await toolVersion(qemu);
  if (number !== undefined) return number;
  throw new Failure('infra', `${qemu} does not say its version`, { next: 'see npm run doctor' });
}
