import type { SocketName } from '../workload/variant/sockets.ts';
import type { Experiment } from './experiment.ts';

export interface CommandChoice {
  run: string;
  parse: string;
  serve: string;
  variants: readonly SocketName[];
}

/** An experiment made of a command line: what the user runs anyway, over any variant, with intervals. */
export const commandExperiment = ({ run, parse, serve, variants }: CommandChoice): Experiment => ({
  name: 'command',
  title: run,
  about:
    'A command line of the user, run under each variant; the value is what its regular expression finds.',
  matrices: [
    {
      workload: 'command',
      variants,
      topology: ['loopback'],
      size: [0],
      clock: ['virtual', 'wall'],
      idle: ['poll', 'default'],
      headlineSizes: [0],
      from: 'smoke',
      factors: { run: [run], parse: [parse], serve: [serve] },
    },
  ],
  baseline: variants[0] ?? 'tcp',
  ratios: [],
  plots: [{ id: 'ladder', title: run, kind: 'ladder', metric: 'value', where: {} }],
  minutes: { smoke: 1, quick: 5, paper: 30 },
});
