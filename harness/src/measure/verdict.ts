import type { ClaimKind } from '../experiment/claim.ts';
import { metrics } from '../workload/metric.ts';
import type { Finding } from './finding.ts';
import type { PublishedClaim } from './published.ts';
import type { Verdict } from './summary.ts';

/** The relative tolerance: below a published figure, and on both sides of an "about". */
const tolerance = 0.1;
/** A figure is exceeded from this share of it on. */
const excess = 1.03;

export function verdictOn(claim: PublishedClaim, finding: Finding): Verdict {
  const { kind, published } = claim;
  const { lo, hi, worst } = finding;
  if (kind === 'exactly') return worst === published ? 'reproduced' : 'not reproduced';
  if (kind === 'bar') return onBar(claim, finding);
  const [least, most] = [(1 - tolerance) * published, (1 + tolerance) * published];
  if (kind === 'about') {
    if (lo >= least && hi <= most) return 'reproduced';
    const [isAbove, isBelow] = [lo > most, hi < least];
    if (betterOf(claim) === 'higher' ? isAbove : isBelow) return 'exceeded';
    return isAbove || isBelow ? 'not reproduced' : 'inconclusive';
  }
  if (lo > excess * published) return 'exceeded';
  if (lo >= least) return 'reproduced';
  return hi < least ? 'not reproduced' : 'inconclusive';
}

function onBar(claim: PublishedClaim, { lo, hi }: Finding): Verdict {
  const { published } = claim;
  if (betterOf(claim) === 'higher') {
    return lo >= published ? 'reproduced' : hi < published ? 'not reproduced' : 'inconclusive';
  }
  return hi <= published ? 'reproduced' : lo > published ? 'not reproduced' : 'inconclusive';
}

/** A published ratio is always "times better"; a bar, and a figure of one cell, follow their metric. */
export function betterOf({ kind, ratio, cell }: PublishedClaim): 'higher' | 'lower' {
  const metric = kind === 'bar' ? (ratio?.metric ?? cell?.metric) : cell?.metric;
  return metric === undefined ? 'higher' : metrics[metric].better;
}

const atLeast =
  `reproduced if the whole interval is at least ${1 - tolerance} of the published figure, exceeded if it is all above` +
  ` ${excess} of it, not reproduced if it is all below ${1 - tolerance}, otherwise inconclusive`;

/** How each kind of claim is judged, in words. */
export const rules: Readonly<Record<ClaimKind, string>> = {
  'at-least': atLeast,
  'up-to': `${atLeast}; judged at the one point that was named beforehand`,
  about:
    `reproduced if the whole interval is within ${tolerance * 100} % of the published figure, exceeded if it is all better` +
    ' than that, not reproduced if it is all worse, otherwise inconclusive',
  exactly: 'reproduced if every sample is the published figure, otherwise not reproduced',
  bar: 'met if the whole interval is on the good side of the bar, not met if it is all on the other, otherwise inconclusive; there is no tolerance',
};
