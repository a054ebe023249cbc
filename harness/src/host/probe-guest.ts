/** QEMU's exit device: its port, and QEMU's exit status for the value that the probe guest writes. */
export const probeExit = { port: 0xf4, status: (0x2a << 1) | 1 } as const;

/**
 * A whole guest in one boot sector: it enters protected mode, touches 32 MiB page by page, counts down from 2^28, and
 * ends QEMU. With a working KVM that takes a fraction of a second. Entering a guest is not enough: on some machines it
 * succeeds, and the guest then runs a thousand times too slow to boot anything.
 */
export function probeBootSector(): Buffer {
  const sector = Buffer.alloc(512);
  sector.set([...realMode, ...protectedMode], 0);
  sector.set(descriptors, descriptorsAt);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

const descriptorsAt = 0x48;

const realMode = [
  [0xfa], //                                cli
  [0x31, 0xc0], //                          xor %ax, %ax
  [0x8e, 0xd8], //                          mov %ax, %ds
  [0x0f, 0x01, 0x16, 0x60, 0x7c], //        lgdt 0x7c60
  [0x0f, 0x20, 0xc0], //                    mov %cr0, %eax
  [0x0c, 0x01], //                          or $1, %al
  [0x0f, 0x22, 0xc0], //                    mov %eax, %cr0
  [0xea, 0x17, 0x7c, 0x08, 0x00], //        ljmp $8, $0x7c17
].flat();

const protectedMode = [
  [0x66, 0xb8, 0x10, 0x00], //              mov $16, %ax
  [0x8e, 0xd8], //                          mov %ax, %ds
  [0xbf, 0x00, 0x00, 0x10, 0x00], //        mov $1 MiB, %edi
  [0x89, 0x3f], //                       1: mov %edi, (%edi)
  [0x81, 0xc7, 0x00, 0x10, 0x00, 0x00], //  add $4096, %edi
  [0x81, 0xff, 0x00, 0x00, 0x10, 0x02], //  cmp $33 MiB, %edi
  [0x72, 0xf0], //                          jb 1b
  [0xb9, 0x00, 0x00, 0x00, 0x10], //        mov $2^28, %ecx
  [0x49], //                             2: dec %ecx
  [0x75, 0xfd], //                          jnz 2b
  [0xb8, 0x2a, 0x00, 0x00, 0x00], //        mov $0x2a, %eax
  [0xe7, probeExit.port], //                out %eax, $port
  [0xf4], //                             3: hlt
  [0xeb, 0xfd], //                          jmp 3b
].flat();

/** Null, flat 32-bit code, flat data; then, at 0x60, their length and address for lgdt. */
const descriptors = [
  [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0xff, 0xff, 0x00, 0x00, 0x00, 0x9a, 0xcf, 0x00],
  [0xff, 0xff, 0x00, 0x00, 0x00, 0x92, 0xcf, 0x00],
  [0x17, 0x00, 0x48, 0x7c, 0x00, 0x00],
].flat();
