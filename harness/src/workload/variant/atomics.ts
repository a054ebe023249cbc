import { atomic } from './atomic.ts';

/** The operations of hosts on their shared memory, which are compared with each other. */
export const atomics = {
  add: atomic({ label: 'fetch-and-add', operation: 'add', mayFail: false }),
  cas: atomic({ label: 'compare-and-swap loop', operation: 'cmpxchg', mayFail: true }),
  lock: atomic({ label: 'plain increment under a lock', operation: 'cmpxchg', mayFail: true }),
  slots: atomic({
    label: 'compare-and-swap, a word of its own for each host',
    operation: 'cmpxchg',
    mayFail: true,
  }),
};

export type AtomicName = keyof typeof atomics;
