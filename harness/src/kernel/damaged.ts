import { Failure } from '../host/failure.ts';

/** A kernel to import that is not what it says. */
export function damaged(path: string, why: string): Failure {
  return new Failure('usage', `${path} is not a whole kernel bundle: ${why}`, {
    next: 'pack it again where it was built: npm run kernel -- pack --output FILE (or --oci DIR)',
  });
}

/** Runs `read`, whose TypeErrors say what is wrong with the kernel at `path`. */
export async function orDamaged<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof TypeError ? damaged(path, error.message) : error;
  }
}
