import type { Params } from '../workload/sample.ts';

const common = ['workload', 'topology', 'size', 'clock', 'idle', 'kernel'] as const;

/** One string a point, the same whatever order its factors were written in; own factors carry their names. */
export function paramsKey(params: Params): string {
  const factors = Object.keys(params)
    .filter((name) => !(common as readonly string[]).includes(name))
    .sort()
    .map((name) => `${name}=${params[name]}`);
  return [...common.map((name) => params[name] ?? '-'), ...factors].join(':');
}

/** Whether a point has every value that is asked for. */
export function matches(
  params: Readonly<Record<string, unknown>>,
  where: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(where).every(([name, value]) => params[name] === value);
}

export function withFactor(params: Params, name: string, value: string | number): Params {
  return Object.assign({}, params, { [name]: value });
}
