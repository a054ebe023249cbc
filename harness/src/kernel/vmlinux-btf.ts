import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** The section of types of a vmlinux. Empty if it has none. */
export async function btfOf(vmlinux: string): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-btf-'));
  try {
    const out = join(dir, 'btf');
    await execa('objcopy', ['-O', 'binary', '--only-section=.BTF', vmlinux, out]);
    return await readFile(out);
  } finally {
    await rm(dir, { recursive: true });
  }
}
