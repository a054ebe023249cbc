import { cas } from './cas.ts';
import { copies } from './copies.ts';
import type { Experiment } from './experiment.ts';
import { netperf } from './netperf.ts';
import { poll } from './poll.ts';
import { redis } from './redis.ts';
import { ring } from './ring.ts';
import { stream } from './stream.ts';
import { unpaired } from './unpaired.ts';

export const experiments: Readonly<Record<string, Experiment>> = {
  netperf,
  stream,
  copies,
  ring,
  poll,
  redis,
  unpaired,
  cas,
};
