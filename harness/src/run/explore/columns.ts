import type { Namer } from './places.ts';
import type { TraceLine } from './trace.ts';

/** A round as text: time down, a column a host. A line says where a host's turn ended. */
export function columns(lines: readonly TraceLine[], hosts: number, name: Namer): string {
  const begin = lines[0]?.ns ?? 0;
  const cells = lines.map((line) => cellOf(line, name));
  const widths = Array.from({ length: hosts }, (_, host) =>
    cells.reduce((most, { length }, at) => (lines[at]?.host === host ? Math.max(most, length) : most), 12),
  );
  const heads = widths.map((width, host) => `h${host}`.padEnd(width));
  const rows = lines.map(({ turn, ns, host }, at) => {
    const row = widths.map((width, column) => (column === host ? (cells[at] ?? '') : '').padEnd(width));
    return [`${turn}`.padStart(5), `${ns - begin}`.padStart(9), ...row].join('  ').trimEnd();
  });
  return [['turn'.padStart(5), 'ns'.padStart(9), ...heads].join('  ').trimEnd(), ...rows].join('\n');
}

/** Where a turn ended, what the program marked, or where the host was when it died or was paused. */
export function cellOf({ kind, address, value, ns }: TraceLine, name: Namer): string {
  const place = name(address);
  if (kind === 'mark') return `* ${value} at ${place}`;
  if (kind === 'death') return `dies at ${place}`;
  if (kind === 'pause') return `pauses at ${place}`;
  return value > BigInt(ns) ? `${place} (sleeps)` : place;
}
