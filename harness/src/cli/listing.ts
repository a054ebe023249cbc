import { experiments } from '../experiment/index.ts';
import { claimsOf } from '../measure/published.ts';

/** Every experiment with its purpose, its duration and the published claims that it decides. */
export async function listing(): Promise<string> {
  const parts: string[] = [];
  for (const { name, title, about, minutes } of Object.values(await experiments())) {
    const durations = Object.entries(minutes).map(([profile, count]) => `${profile} ${count} min`);
    const claims = (await claimsOf(name)).map(({ id, statement }) => `    ${id}: ${statement}`);
    parts.push(
      [`${name}: ${title}`, wrap(about), `  takes ${durations.join(', ')} on two cores`, ...claims].join(
        '\n',
      ),
    );
  }
  parts.push("command: any command line of yours, under any variant (--run '...' --parse REGEX)");
  return `${parts.join('\n\n')}\n`;
}

const wrap = (text: string): string => text.replaceAll(/(.{1,96})(?:\s|$)/g, '  $1\n').trimEnd();
