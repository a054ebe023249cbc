import { execa } from 'execa';

export const ip = (...args: string[]) => execa('ip', args);

export interface TwoMachines extends AsyncDisposable {
  /** Their names as network namespaces; their addresses are 10.77.0.1 and 10.77.0.2. */
  names: readonly [string, string];
  /** Cuts the wire between them: neither is told. */
  cut(): Promise<void>;
}

/** Two network namespaces that see nothing but each other stand for two machines. */
export async function twoMachines(): Promise<TwoMachines> {
  const names = [`zh${process.pid}-0`, `zh${process.pid}-1`] as const;
  const [first, second] = names;
  for (const name of names) {
    await ip('netns', 'add', name);
    await ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  await ip('-n', first, 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', second);
  for (const [index, name] of names.entries()) {
    await ip('-n', name, 'address', 'add', `10.77.0.${index + 1}/24`, 'dev', 'wire');
    await ip('-n', name, 'link', 'set', 'wire', 'up');
  }
  return {
    names,
    cut: async () => {
      await ip('-n', second, 'link', 'set', 'wire', 'down');
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of names) await ip('netns', 'delete', name);
    },
  };
}
