import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../host/failure.ts';

/** Makes the folder that a flag names. Called before the work, so that no result is lost for want of a place. */
export async function outputFolder(flag: string, dir: string): Promise<string> {
  await makeFolder(dir).catch((error) => refuse(flag, dir, error));
  return dir;
}

/** Makes the folder of the file that a flag names. */
export async function outputFile(flag: string, file: string): Promise<string> {
  await makeFolder(dirname(file)).catch((error) => refuse(flag, file, error));
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) refuse(flag, file, { code: 'EISDIR' });
  return file;
}

async function makeFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await access(dir, constants.W_OK);
}

function refuse(flag: string, path: string, { code }: { code?: string }): never {
  throw new Failure('usage', `Expected --${flag} to be a place that can be written, got ${path} (${code}).`, {
    next: 'name a place in a folder that you may write to',
  });
}
