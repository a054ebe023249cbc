/** How many places of a file a tool says something of; which places is left out, since lines move. */
export type Warnings = Record<string, number>;

/** What gcc and sparse say in the log of a build of these files; a header speaks once for every object. */
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

/** What is said now and was not before, or not of so many places. */
export function newWarnings(before: Warnings, now: Warnings): string[] {
  return Object.entries(now)
    .filter(([key, count]) => count > (before[key] ?? 0))
    .map(([key]) => key);
}
