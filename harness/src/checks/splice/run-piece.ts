import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../guest/host.ts';
import { cgroup } from '../../workload/topology.ts';
import type { RunTests } from './compare-piece.ts';
import { ringBytes } from './programs.ts';
import type { ForeignSuite } from './suites/suite.ts';

/** Runs tests of a piece inside the spliced cgroup, or outside. Their output is kept beside the console's log. */
export function pieceIn(host: Host, suite: ForeignSuite, piece: string): RunTests {
  return async (over, tests) => {
    const before = await ringBytes(host);
    const place = over === 'splice' ? cgroup : '/sys/fs/cgroup';
    const enter = ['sh', '-c', 'echo $$ >"$0/cgroup.procs" && cd /tmp && exec "$@"', place];
    const argv = [...enter, ...suite.command(piece, tests)];
    const { stdout, stderr, status, timedOut } = await host.run(argv, { timeoutMs: suite.pieceTimeoutMs });
    const end = timedOut ? `still running after ${suite.pieceTimeoutMs / 1000} s` : `status ${status}`;
    const name = [piece.replaceAll('/', '-'), over, ...(tests.length > 0 ? ['again'] : [])].join('.');
    await writeFile(join(host.spec.logDir, name), `${stdout}\n${stderr}\n${end}\n`);
    return { outcomes: suite.read(stdout.toString()), ringBytes: (await ringBytes(host)) - before, timedOut };
  };
}
