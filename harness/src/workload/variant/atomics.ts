import type { Operation as FabricOperation } from '../../fabric/server.ts';

/** What hosts do to the memory that they share: each is compared with the others. */
export interface Operation {
  label: string;
  /** What a memory server counts, once an attempt. */
  counted: FabricOperation;
  /** Whether an attempt can fail. */
  mayFail: boolean;
}

export const operations = {
  cas: { label: 'compare-and-swap loop', counted: 'cmpxchg', mayFail: true },
  add: { label: 'fetch-and-add', counted: 'add', mayFail: false },
  lock: { label: 'plain increment under a lock', counted: 'cmpxchg', mayFail: true },
  slots: { label: 'compare-and-swap, a word of its own for each host', counted: 'cmpxchg', mayFail: true },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export function operationOf(name: string): Operation {
  const operation: Operation | undefined = (operations as Record<string, Operation>)[name];
  if (operation === undefined) {
    throw new TypeError(`no operation is called ${name}`);
  }
  return operation;
}
