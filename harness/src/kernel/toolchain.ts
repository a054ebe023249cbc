import { toolVersion } from '../host/tool-version.ts';

/** The versions of the build tools, as they print them: part of a bundle's id. */
export interface Toolchain {
  gcc: string;
  ld: string;
  pahole: string;
}

export async function readToolchain(): Promise<Toolchain> {
  const [gcc, ld, pahole] = await Promise.all([toolVersion('gcc'), toolVersion('ld'), toolVersion('pahole')]);
  return { gcc: gcc.line, ld: ld.line, pahole: pahole.line };
}
