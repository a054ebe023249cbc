/** How guest time passes: counted instructions (QEMU's icount), or the machine's own time. */
export const clocks = ['virtual', 'wall'] as const;
export type Clock = (typeof clocks)[number];
