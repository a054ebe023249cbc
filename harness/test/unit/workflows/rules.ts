import { execa } from 'execa';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
}

export interface Job {
  'timeout-minutes'?: number;
  steps: Step[];
  env?: Record<string, string | number>;
  strategy?: { matrix: Record<string, string[]> };
}

export interface Workflow {
  permissions?: Record<string, string> | string;
  jobs: Record<string, Job>;
}

export function readWorkflow(text: string): Workflow {
  return parse(text) as Workflow;
}

export function runsOf({ jobs }: Workflow): { job: Job; run: string }[] {
  return Object.values(jobs).flatMap((job) =>
    job.steps.flatMap(({ run }) => (run === undefined ? [] : [{ job, run }])),
  );
}

/** Rules of this repository that actionlint does not know. */
export async function findingsIn(text: string): Promise<string[]> {
  const workflow = readWorkflow(text);
  const findings =
    JSON.stringify(workflow.permissions) === '{"contents":"read"}'
      ? []
      : ['permissions are not contents: read'];
  for (const [name, job] of Object.entries(workflow.jobs)) {
    if (job['timeout-minutes'] === undefined) findings.push(`${name} has no time limit`);
    for (const { uses } of job.steps)
      if (uses !== undefined && !/^[\w./-]+@[0-9a-f]{40}$/.test(uses))
        findings.push(`${uses} is not pinned by commit`);
  }
  for (const { run } of runsOf(workflow)) {
    if (run.includes('${{')) findings.push(`an expression inside run: ${run}`);
    if (!/^npm (test|run [^\n]+)$/.test(run.trimEnd())) findings.push(`not one npm line: ${run}`);
    const { failed, stdout } = await execa('shellcheck', ['--shell=sh', '-'], { input: run, reject: false });
    if (failed) findings.push(stdout);
  }
  return findings;
}
