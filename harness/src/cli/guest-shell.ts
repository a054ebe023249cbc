import type { Host } from '../guest/host.ts';
import type { RunResult } from '../guest/spec.ts';
import { plainOutput } from './host-output.ts';

/** An interactive BusyBox shell on this terminal. All keys go to the guest, including Ctrl-C. */
export async function runShell(host: Host, signal: AbortSignal): Promise<RunResult> {
  const { stdin, stdout } = process;
  const terminal = { rows: stdout.rows ?? 24, columns: stdout.columns ?? 80 };
  const env = { TERM: process.env['TERM'] ?? 'linux', PS1: `${host.name}:\\w# ` };
  const onStdout = plainOutput(stdout);
  if (stdin.isTTY) stdin.setRawMode(true);
  try {
    const shell = host.start(['busybox', 'sh', '-i'], {
      stdin,
      onStdout,
      terminal,
      env,
      signal,
      cwd: '/root',
    });
    const resize = () => shell.resize(stdout.rows, stdout.columns);
    stdout.on('resize', resize);
    return await shell.result.finally(() => stdout.off('resize', resize));
  } finally {
    if (stdin.isTTY) stdin.setRawMode(false);
  }
}
