/** The command line of a process that the kernel sends `signal` when this one dies, however it dies. */
export function withParentDeathSignal(
  argv: readonly string[],
  signal: 'KILL' | 'TERM' = 'KILL',
): [program: string, ...args: string[]] {
  return ['setpriv', '--pdeathsig', signal, '--', ...argv];
}
