import { z } from 'zod';
import { parts } from '../nightly/parts.ts';
import { artifactFlags } from './artifact-flags.ts';
import { bisectFlags, experimentFlags } from './experiment-flags.ts';
import { exploreFlags } from './explore-flags.ts';
import { noOperand, text } from './flag-types.ts';
import { guestFlags } from './guest-flags.ts';
import { nightlyFlags } from './nightly-flags.ts';
import type { Usage } from './usage.ts';

/** All verbs and flags. Help, parsing and the search for a forgotten `--` read this table. */
export const usages = {
  experiment: {
    forms: ['', '<name> [-- FLAG...]', '<name> -- --merge DIR...'],
    about: 'measure: list the experiments, or run one into results/runs/',
    operands: { type: z.array(text), expected: 'one experiment at a time' },
    leading: 1,
    flags: experimentFlags,
  },
  guest: {
    forms: ['-- [FLAG...] -- COMMAND ARG...', '-- [FLAG...] --shell'],
    about: 'boot one or more hosts and run a command in them',
    operands: { type: z.tuple([]), expected: 'the command after a second --' },
    leading: 0,
    command: true,
    flags: guestFlags,
  },
  kernel: {
    forms: ['-- build|path|pack [FLAG...]', '-- import|verify FILE|DIR'],
    about: 'the kernel bundle: build it, print its folder, move it to another machine',
    operands: {
      type: z.union([
        z.tuple([z.enum(['build', 'path', 'pack'])]),
        z.tuple([z.enum(['import', 'verify']), text]),
      ]),
      expected: 'build, path, pack, import FILE|DIR or verify FILE|DIR',
    },
    leading: 2,
    flags: [
      { name: 'source', value: 'TARBALL|TREE', type: text, about: 'build from this source' },
      { name: 'locked', about: 'refuse any source but the pinned one' },
      {
        name: 'series',
        value: 'DIR',
        type: text,
        repeat: true,
        about: 'apply these patches after the default ones',
      },
      {
        name: 'config',
        value: 'FRAGMENT',
        type: text,
        repeat: true,
        about: 'add these options to the configuration',
      },
      { name: 'output', value: 'FILE', type: text, about: 'pack into this file (default ID.tar.zst)' },
      { name: 'oci', value: 'DIR|TAR', type: text, about: 'pack as an OCI image layout, or as a tar of one' },
      { name: 'no-debug', about: 'leave the vmlinux out of the image: no symbols, no places in the source' },
    ],
  },
  doctor: {
    forms: [''],
    about: 'what this machine lacks, and the exact line that installs it',
    operands: noOperand,
    leading: 0,
    flags: [],
  },
  report: {
    forms: ['-- RUN [FLAG...]'],
    about: "draw a run's plots, tables and report.html again",
    operands: { type: z.tuple([text]), expected: 'one run: a run folder, or an experiment (its latest run)' },
    leading: 1,
    flags: [
      {
        name: 'output',
        value: 'DIR',
        type: text,
        about: 'write into this folder, and leave the run as it is',
      },
    ],
  },
  compare: {
    forms: ['-- RUN_A RUN_B [--html DIR] [--explain]'],
    about: 'compare two runs of one testbed, cell by cell',
    operands: {
      type: z.tuple([text, text]),
      expected: 'two runs: run folders, or experiments (their latest runs)',
    },
    leading: 2,
    flags: [
      { name: 'html', value: 'DIR', type: text, about: 'also write DIR/compare.html' },
      {
        name: 'explain',
        about: 'also show the kernel functions whose instructions differ; both runs need --explain',
      },
    ],
  },
  bisect: {
    forms: ['-- NAME FLAG...'],
    about: 'for git bisect run: measure one cell here; 0 is good, 1 is bad, 125 cannot tell',
    operands: { type: z.tuple([text]), expected: 'one experiment' },
    leading: 1,
    failed: 125,
    flags: bisectFlags,
  },
  explore: {
    forms: ['-- [FLAG...] -- PROGRAM ARG...'],
    about: 'play a program on several hosts in many orders, one a seed, and replay one',
    operands: { type: z.tuple([]), expected: 'the program after a second --' },
    leading: 0,
    command: true,
    flags: exploreFlags,
  },
  nightly: {
    forms: ['[-- FLAG...]', '-- --backfill A..B [--steps N]'],
    about: 'the slow and wide checks that npm test leaves out',
    operands: noOperand,
    leading: 0,
    flags: nightlyFlags,
    list: parts.map(({ part, minutes, about }) => [part, `${minutes} min`, about]),
  },
  artifact: {
    forms: [
      '[-- FLAG...]',
      '-- --kick-the-tires',
      '-- --verify DIR [--against REFERENCE]',
      '-- --figures DIR',
    ],
    about: 'every claim, judged, with its raw data: make it, check it, draw it again',
    operands: noOperand,
    leading: 0,
    flags: artifactFlags,
  },
  notebooks: {
    forms: ['[NAME...] [-- FLAG...]'],
    about: 'type-check and execute the notebooks, and compare what they show with what is committed',
    operands: { type: z.array(text), expected: 'names of notebooks' },
    leading: 99,
    flags: [{ name: 'write', about: 'keep what they show' }],
  },
  test: {
    forms: ['', '-- NAME...'],
    about: 'everything CI runs, or only the suites and test files that match a NAME',
    operands: { type: z.array(text), expected: 'names' },
    leading: 99,
    flags: [
      { name: 'coverage', about: 'measure which lines of harness/src the tests run; details in coverage/' },
    ],
  },
} as const satisfies Record<string, Usage>;

export type Verb = keyof typeof usages;

export function usageOf(verb: Verb): Usage {
  return usages[verb];
}

/** `npm run VERB`, or npm's own short form. */
export function invocation(verb: Verb): string {
  return verb === 'test' ? 'npm test' : `npm run ${verb}`;
}
