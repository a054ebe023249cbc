import type { PartResult } from '../checks/part-result.ts';
import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { writeDashboard } from '../nightly/dashboard/write.ts';
import { parts } from '../nightly/parts.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** Runs every part, or the named one. The status is 1 if a part has findings. */
export async function nightly(argv: string[], { signal }: CommandContext): Promise<number> {
  const { part: named, dashboard } = parseArguments('nightly', argv).flags;
  if (dashboard && named !== undefined)
    throw new Failure('usage', 'Expected --part or --dashboard, got both.', {
      next: 'a night that measured draws the dashboard itself',
    });
  if (dashboard) return draw();
  await ensurePackages(['kernel', 'guest'], signal);
  const wrong: string[] = [];
  for (const { part, run } of parts) {
    if (named !== undefined && named !== part) continue;
    const { progress, end } = drawProgress();
    const { findings, figures } = await run({ progress, signal }).finally(end);
    process.stdout.write(figuresText(part, figures));
    if (part === 'baseline') await draw();
    wrong.push(...findings.map((line) => `${part}: ${line}`));
  }
  if (wrong.length === 0) return 0;
  for (const line of wrong) process.stderr.write(`zerohop: ${line}\n`);
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}

async function draw(): Promise<number> {
  process.stdout.write(`dashboard: ${await writeDashboard()}\n`);
  return 0;
}

/** Figures as text. A value of several lines starts below its name. */
export function figuresText(part: string, figures: PartResult['figures']): string {
  const lines = Object.entries(figures).map(([name, value]) => {
    const text = `${value}`.trimEnd();
    return text.includes('\n') ? `${part}: ${name}:\n${text}\n` : `${part}: ${name}: ${text}\n`;
  });
  return lines.join('');
}
