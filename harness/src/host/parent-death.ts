/** A command line whose process gets `signal` from the kernel when this process dies. */
export function withParentDeathSignal(
  argv: readonly string[],
  signal: 'KILL' | 'TERM' = 'KILL',
): [program: string, ...args: string[]] {
  return ['setpriv', '--pdeathsig', signal, '--', ...argv];
}
