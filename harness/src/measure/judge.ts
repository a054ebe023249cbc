import { type Finding, findingsOf } from './finding.ts';
import { widthText } from './interval.ts';
import { matches } from './params.ts';
import { profileRules } from './profile.ts';
import type { PublishedClaim } from './published.ts';
import type { Cell, ClaimResult, Profile, Ratio, Summary, Verdict } from './summary.ts';
import { betterOf, verdictOn } from './verdict.ts';

export interface Evidence {
  profile: Profile;
  /** The reference kernel, on which claims are judged. */
  kernel: string;
  cells: readonly Cell[];
  ratios: readonly Ratio[];
  unavailable: Summary['unavailable'];
}

export function judgeClaim(claim: PublishedClaim, evidence: Evidence): ClaimResult {
  const { id, statement, kind, clock, published } = claim;
  const findings = findingsOf(claim, evidence.cells, evidence.ratios, evidence.kernel);
  return { id, statement, kind, clock, published, ...decide(claim, findings, evidence) };
}

type Decision = Pick<ClaimResult, 'measured' | 'verdict' | 'why'>;

function decide(claim: PublishedClaim, findings: readonly Finding[], evidence: Evidence): Decision {
  const deciding = findings.filter(({ isSerialised }) => !isSerialised);
  const worst = deciding.reduce<Finding | undefined>((so, far) => worse(claim, so, far), undefined);
  if (worst === undefined) {
    const why =
      findings.length > 0
        ? `the ${claim.clock} clock lets the two sides take turns here: its cells explain and do not decide`
        : missing(claim, evidence);
    return notMeasured(why);
  }
  if (claim.kind === 'up-to' && deciding.length > 1) {
    return notMeasured(`"up to" needs its one cell named beforehand, and ${deciding.length} points match`);
  }
  const told = tell(claim, worst, deciding.length);
  if (!profileRules[evidence.profile].judges) {
    return notMeasured(`the ${evidence.profile} profile checks the plumbing and decides nothing (${told})`);
  }
  const { value, lo, hi } = worst;
  const measured = claim.kind === 'exactly' ? { value: worst.worst, lo, hi } : { value, lo, hi };
  return { measured, verdict: verdictOn(claim, worst), why: told };
}

const notMeasured = (why: string): Decision => ({ measured: null, verdict: 'not measured', why });

/** The order of verdicts: a claim about several points gets the worst one. */
const badness: readonly Verdict[] = ['exceeded', 'reproduced', 'inconclusive', 'not reproduced'];

function worse(claim: PublishedClaim, a: Finding | undefined, b: Finding): Finding {
  if (a === undefined) return b;
  const [ofA, ofB] = [a, b].map((finding) => badness.indexOf(verdictOn(claim, finding)));
  if (ofA !== ofB) return (ofA ?? 0) > (ofB ?? 0) ? a : b;
  const distance = ({ value, worst }: Finding) =>
    claim.kind === 'exactly'
      ? Math.abs(worst - claim.published)
      : (claim.published - value) * (betterOf(claim) === 'higher' ? 1 : -1);
  return distance(a) >= distance(b) ? a : b;
}

function tell(claim: PublishedClaim, finding: Finding, points: number): string {
  const { kind, published } = claim;
  const of = points > 1 ? `, the worst of ${points} points` : '';
  if (kind === 'exactly') {
    return `the worst of ${finding.samples} samples is ${figure(finding.worst)}, published ${published}${of}`;
  }
  const { value, lo, hi, params, boots } = finding;
  const interval = params.clock === 'wall' ? '95 % interval' : 'range';
  const width = widthText(finding) ?? `${figure(lo)} to ${figure(hi)}`;
  const span = `${figure(value)}${boots === 1 ? ' in one boot' : `, ${interval} ${width} over ${boots} boots`}`;
  const distance = apart(value / published - 1);
  if (kind !== 'bar') return `${span}: ${distance} the published ${published}${of}`;
  const missed = verdictOn(claim, finding) === 'not reproduced';
  return `${span}: ${distance} the bar ${published}${of}${missed ? '; --explain says where it goes' : ''}`;
}

function apart(share: number): string {
  const percent = figure(Math.abs(share) * 100);
  if (percent === '0') return 'equal to';
  return `${percent} % ${share > 0 ? 'above' : 'below'}`;
}

/** Why a claim has no finding. A variant that is unavailable at a point is unavailable there on both clocks. */
function missing(
  { ratio, cell, clock, where: { clock: _clock, idle: _idle, ...place } }: PublishedClaim,
  { unavailable, kernel }: Evidence,
): string {
  const wanted = ratio === undefined ? [cell?.variant] : [ratio.numerator, ratio.denominator];
  const absent = unavailable.find(
    ({ variant, params }) => wanted.includes(variant) && matches(params, { kernel, ...place }),
  );
  if (absent !== undefined) return `${absent.variant} was not available: ${absent.why}`;
  return `this run has no such cell on the ${clock} clock`;
}

const figure = (x: number): string => String(Number(x.toPrecision(3)));
