/** By the letter that QEMU writes. */
const kinds = { t: 'turn', m: 'mark', k: 'death', p: 'pause' } as const;

/** A line of QEMU's trace (struct Lockstep of the series). */
export interface TraceLine {
  /** A turn's end, a mark of the program's, or the fault that the host suffers. */
  kind: (typeof kinds)[keyof typeof kinds];
  host: number;
  /** Barriers before. */
  round: number;
  seed: number;
  /** The number of the turn since the barrier. */
  turn: number;
  /** The virtual clock when the turn ended. */
  ns: number;
  cpu: number;
  /** Where that vCPU stands: what it executes next. */
  address: bigint;
  /** The instant that the host waits for, or the program's number. */
  value: bigint;
  /** The hash of all hosts' registers and clocks until then. */
  hash: string;
}

/** The first round of a seed, from all hosts' traces, in the order in which it happened. */
export function roundOf(seed: number, traces: readonly string[]): TraceLine[] {
  const lines = traces.flatMap((text, host) =>
    text
      .split('\n')
      // Where the play was ended, the last line may not be whole.
      .slice(0, -1)
      .map((line) => lineOf(line, host))
      // Before the first barrier the hosts boot, with a seed of their own.
      .filter((line) => line.seed === seed && line.round > 0),
  );
  const first = lines.reduce((least, { round }) => Math.min(least, round), Number.POSITIVE_INFINITY);
  return lines.filter(({ round }) => round === first).sort((a, b) => a.turn - b.turn || a.ns - b.ns);
}

function lineOf(text: string, host: number): TraceLine {
  const [kind, round, seed, turn, ns, cpu, address, value, hash = ''] = text.split(' ');
  return {
    kind: kinds[kind as keyof typeof kinds],
    ...{ host, hash, round: Number(round), seed: Number(seed), turn: Number(turn), ns: Number(ns) },
    ...{ cpu: Number(cpu), address: BigInt(`0x${address}`), value: BigInt(value ?? 0) },
  };
}
