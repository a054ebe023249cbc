/** The duration of a test file, with its imports and hooks. */
export interface FileTime {
  file: string;
  ms: number;
}

/** The slowest files, the slowest first. Empty if no test file ran. */
export function slowest(times: readonly FileTime[], count = 10): string {
  const most = times.toSorted((a, b) => b.ms - a.ms).slice(0, count);
  if (most.length === 0) return '';
  const lines = most.map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${file}`);
  return ['slowest test files:', ...lines, ''].join('\n');
}
