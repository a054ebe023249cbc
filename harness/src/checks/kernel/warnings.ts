/** The number of places for each warning of a tool in a file. Line numbers are left out, because lines move. */
export type Warnings = Record<string, number>;

/** The warnings of gcc and sparse about these files in a build's log. Lines that repeat for each object count once. */
export function parseWarnings(log: string, files: readonly string[]): Warnings {
  const found: Warnings = {};
  for (const line of new Set(log.split('\n'))) {
    const [, path = '', text] = line.match(/^(\S+?):\d+:(?:\d+:)? ((?:warning|error): .*)$/) ?? [];
    const file = files.find((name) => path === name || path.endsWith(`/${name}`));
    if (file === undefined) continue;
    const key = `${file}: ${text}`;
    found[key] = (found[key] ?? 0) + 1;
  }
  return found;
}

/** Warnings that are new, or that have more places than before. */
export function newWarnings(before: Warnings, now: Warnings): string[] {
  return Object.entries(now)
    .filter(([key, count]) => count > (before[key] ?? 0))
    .map(([key]) => key);
}
