import { distributions, mostFarNs, mostQuantumNs, mostStores } from '../fabric/lockstep.ts';
import { roundFaults } from '../run/explore/rounds.ts';
import { choice, form, text, whole } from './flag-types.ts';
import type { Flag } from './usage.ts';

const seedsForm = 'FIRST:LAST, or one seed';

export const exploreFlags = [
  { name: 'hosts', value: 'N', type: whole(2, 8), default: '2', about: 'number of hosts' },
  {
    name: 'seeds',
    value: 'A:B',
    type: form(seedsForm, /^(\d{1,15})(?::(\d{1,15}))?$/, ([first = '', last = first]) => ({
      first: Number(first),
      last: Number(last),
    })).refine(({ first, last }) => first <= last, seedsForm),
    default: '1:1000',
    about: 'play a round for each of these seeds',
  },
  {
    name: 'quantum',
    value: 'NS',
    type: whole(1, mostQuantumNs),
    default: '1000',
    about: 'how far one host may be ahead of another, on average',
  },
  {
    name: 'distribution',
    value: distributions.join('|'),
    type: choice(distributions),
    default: 'uniform',
    about: 'how the order is drawn (docs/lockstep.md)',
  },
  {
    name: 'far',
    value: 'NS',
    type: whole(0, mostFarNs),
    default: '0',
    about: 'an access to the shared memory takes so much longer',
  },
  {
    name: 'store-buffer',
    value: 'N',
    type: whole(0, mostStores),
    default: '0',
    about: 'so many stores of a vCPU may not be seen by others yet',
  },
  {
    name: 'non-coherent',
    about: 'a host has copies of lines, which others see when they are flushed or evicted',
  },
  {
    name: 'faults',
    value: roundFaults.join('|'),
    type: choice(roundFaults),
    example: 'kill',
    about: 'one host of each round dies or is paused, which one and when is drawn from the seed',
  },
  {
    name: 'replay',
    value: 'SEED',
    type: whole(0, Number.MAX_SAFE_INTEGER),
    example: '873',
    about: 'play up to this seed again, and print its turns',
  },
  {
    name: 'html',
    value: 'FILE',
    type: text,
    example: 'round.html',
    about: 'write the turns of --replay into this page, too',
  },
] as const satisfies readonly Flag[];
