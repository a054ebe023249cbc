/** A flag of a verb. `value` is what it takes, in the words of the help; a flag without one is a switch. */
export interface Flag {
  name: string;
  value?: string;
  repeat?: true;
  about: string;
}

export interface Usage {
  /** What follows `npm run VERB`, one form a line, without the flags. */
  forms: readonly string[];
  about: string;
  flags: readonly Flag[];
  /** How many operands may stand before the flags ("netperf" in `experiment netperf -- --dry-run`). */
  leading: number;
  /** Operands after a second `--` are a command to run. */
  command?: true;
  /** The status of whatever goes wrong, where its caller has a meaning of its own for ours. */
  failed?: number;
}

/** The one place that knows every flag: help, parsing and the search for a forgotten `--` read it. */
export const usages = {
  experiment: {
    forms: ['', '<name> [-- FLAG...]'],
    about: 'measure: list the experiments, or run one into results/runs/',
    leading: 1,
    flags: [
      { name: 'profile', value: 'smoke|quick|paper', about: 'how much to measure (default quick)' },
      { name: 'only', value: 'FACTOR=V1,V2', repeat: true, about: 'keep these values of a factor' },
      { name: 'clock', value: 'virtual|wall|both', about: 'counted instructions, real time, or both' },
      {
        name: 'kernel',
        value: 'NAME=BUNDLE|TREE|SERIES',
        repeat: true,
        about:
          'measure on this kernel, on the default one (NAME=default), or on that less a series' +
          ' (NAME=without:SERIES); twice or more compares them, the first being the reference',
      },
      { name: 'explain', about: 'say which kernel functions the instructions went to' },
      { name: 'gate', value: 'claims', about: 'end 1 if a claim is not reproduced' },
      { name: 'seed', value: 'N', about: 'draw the order and the entropy of each boot from this number' },
      { name: 'resume', value: 'DIR', about: 'go on with a run that was stopped' },
      { name: 'dry-run', about: 'print the plan and stop' },
      { name: 'again', value: 'VARIANT', repeat: true, about: 'compare a variant with itself (A/A)' },
      { name: 'inject', value: 'slow=5%', about: 'slow the baseline down, to see that it is found' },
      { name: 'force', about: 'measure for a paper on a noisy machine all the same' },
      { name: 'run', value: 'COMMAND', about: 'experiment command: what to run; $SERVER is the address' },
      { name: 'parse', value: 'REGEX', about: 'experiment command: its first group is the value' },
      { name: 'serve', value: 'COMMAND', about: 'experiment command: a server to wait for beforehand' },
      { name: 'variant', value: 'V1,V2', repeat: true, about: 'experiment command: under which variants' },
    ],
  },
  guest: {
    forms: ['-- [FLAG...] -- COMMAND ARG...', '-- [FLAG...] --shell'],
    about: 'boot one or more hosts and run a command in them',
    leading: 0,
    command: true,
    flags: [
      { name: 'hosts', value: 'N', about: 'this many hosts (default 1)' },
      { name: 'cpus', value: 'N', about: 'vCPUs of each host' },
      { name: 'memory', value: '1G', about: 'memory of each host' },
      {
        name: 'fabric',
        value: 'none|shm|tcp|tcp:PROFILE|tcp://HOST:PORT',
        about: 'memory that the hosts share',
      },
      { name: 'cxl', value: '256M', about: 'size of that memory' },
      { name: 'share', value: 'HOSTDIR:GUESTDIR[:rw]', repeat: true, about: 'a directory of this machine' },
      { name: 'kernel', value: 'IMAGE|BUNDLE|TREE', about: 'boot this kernel' },
      { name: 'append', value: '"..."', about: "added to the kernel's command line" },
      { name: 'env', value: 'K=V', repeat: true, about: "added to the command's environment" },
      { name: 'timeout', value: 'S', about: 'seconds until the command is killed (status 124)' },
      { name: 'gdb', about: 'wait for gdb before booting' },
      { name: 'shell', about: 'an interactive shell in a host' },
      { name: 'dry-run', about: "print QEMU's command line and stop" },
    ],
  },
  kernel: {
    forms: ['-- build|path|pack [FLAG...]', '-- import FILE'],
    about: 'the kernel bundle: build it, say where it is, carry it elsewhere',
    leading: 2,
    flags: [
      { name: 'source', value: 'TARBALL|TREE', about: 'build from this source' },
      { name: 'locked', about: 'refuse any source but the pinned one' },
      { name: 'series', value: 'DIR', repeat: true, about: 'apply these patches after the default ones' },
      { name: 'config', value: 'FRAGMENT', repeat: true, about: 'add these options to the configuration' },
      { name: 'output', value: 'FILE', about: 'pack into this file (default ID.tar.zst)' },
    ],
  },
  doctor: {
    forms: [''],
    about: 'what this machine lacks, and the exact line that installs it',
    leading: 0,
    flags: [],
  },
  report: {
    forms: ['-- RUN'],
    about: "draw a run's plots, tables and report.html again",
    leading: 1,
    flags: [],
  },
  compare: {
    forms: ['-- RUN_A RUN_B'],
    about: 'two runs of one testbed, cell by cell',
    leading: 2,
    flags: [],
  },
  bisect: {
    forms: ['-- NAME FLAG...'],
    about: 'for git bisect run: measure one cell here; 0 is good, 1 is bad, 125 cannot tell',
    leading: 1,
    failed: 125,
    flags: [
      {
        name: 'only',
        value: 'FACTOR=V1,V2',
        repeat: true,
        about: 'as of experiment, until one cell is left',
      },
      { name: 'metric', value: 'METRIC', about: 'what is judged of it' },
      { name: 'good', value: 'N', about: 'its level before the change' },
      { name: 'bad', value: 'N', about: 'its level after the change; what is measured goes to the nearer' },
      { name: 'kernel', value: 'NAME=BUNDLE|TREE|SERIES', repeat: true, about: 'on this kernel' },
    ],
  },
  nightly: {
    forms: ['[-- FLAG...]'],
    about: 'the slow and the wide: everything that npm test leaves out',
    leading: 0,
    flags: [{ name: 'part', value: 'NAME', about: 'this part alone' }],
  },
  artifact: {
    forms: ['[-- FLAG...]'],
    about: 'every claim, withConsolesChecked, with its raw data',
    leading: 0,
    flags: [{ name: 'profile', value: 'smoke|quick|paper', about: 'how much to measure (default quick)' }],
  },
  test: {
    forms: ['', '-- NAME...'],
    about: 'everything CI runs, or only the suites and test files that match a NAME',
    leading: 99,
    flags: [],
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

/** What `npm run VERB -- --help` prints. */
export function helpText(verb: Verb): string {
  const { about, flags, forms } = usageOf(verb);
  const heads = flags.map(({ name, value }) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(0, ...heads.map((head) => head.length));
  const lines = flags.map((flag, index) => {
    const again = flag.repeat ? '; may be repeated' : '';
    return `  ${(heads[index] ?? '').padEnd(width)}  ${flag.about}${again}\n`;
  });
  const calls = forms.map((form) => `  ${`${invocation(verb)} ${form}`.trimEnd()}\n`);
  return `${about}\n\n${calls.join('')}${lines.length > 0 ? `\n${lines.join('')}` : ''}`;
}
