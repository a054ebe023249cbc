import command from '../workload/command.ts';
import type { SocketName } from '../workload/variant/sockets.ts';
import { defineExperiment } from './define.ts';
import type { Experiment } from './experiment.ts';
import { matrix } from './matrix.ts';

export interface CommandChoice {
  run: string;
  parse: string;
  serve: string;
  variants: readonly SocketName[];
}

/** An experiment made from a command line of the user, over any variant, with intervals. */
export const commandExperiment = ({ run, parse, serve, variants }: CommandChoice): Experiment =>
  defineExperiment({
    name: 'command',
    title: run,
    about:
      'A command line of the user, run under each variant; the value is what its regular expression finds.',
    matrices: [
      matrix(command, {
        variants,
        size: [0],
        factors: { run: [run], parse: [parse], serve: [serve] },
      }),
    ],
    plots: [{ id: 'ladder', title: run, kind: 'ladder', metric: 'value', where: {} }],
    minutes: { smoke: 1, quick: 5, paper: 30 },
  });
