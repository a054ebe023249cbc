import { unique } from '../measure/group.ts';
import { escapes } from '../report/escapes.ts';
import { amount, interval, verdictText } from '../report/format.ts';
import type { ArtifactClaim } from '../store/artifact-claims.ts';

/** claims.md: published claims, then our own bars, then the rules. */
export function claimsMarkdown(claims: readonly ArtifactClaim[]): string {
  const bars = claims.filter(({ kind }) => kind === 'bar');
  const published = claims.filter(({ kind }) => kind !== 'bar');
  const kinds = unique(claims.map(({ kind }) => kind));
  const rules = kinds.map((kind) => `- **${kind}**: ${claims.find((claim) => claim.kind === kind)?.rule}.\n`);
  return [
    ...['# Published claims\n\n', ...table(published), '\n# Our own bars\n\n', ...table(bars)],
    ...['\n# How they are judged\n\n', ...rules],
  ].join('');
}

function table(claims: readonly ArtifactClaim[]): string[] {
  const head = ['id', 'claim', 'published', 'measured', 'verdict', 'why', 'experiment', 'source'];
  const rows = claims.map((claim) => {
    const { id, statement, published, verdict, kind, why, experiment, source } = claim;
    return [
      id,
      statement,
      amount(published),
      measuredText(claim),
      verdictText({ kind, verdict }),
      why,
      experiment ?? '',
      source,
    ];
  });
  const lines = rows.map((row) => row.map(escapes.markdown));
  return [head, head.map(() => '---'), ...lines].map((row) => `| ${row.join(' | ')} |\n`);
}

/** "2.28 ±0.01 %"; nothing if it was not measured. */
export function measuredText({ measured }: Pick<ArtifactClaim, 'measured'>): string {
  return measured === null ? '' : `${amount(measured.value)} ${interval(measured)}`;
}

/** claims.tex: a macro for each figure that was measured: \zhSplicePollRrOneZeroTwoFour is 7.52. */
export function claimsLatex(claims: readonly ArtifactClaim[]): string {
  return claims
    .flatMap(({ id, measured, statement }) =>
      measured === null
        ? []
        : [
            `% ${statement.replaceAll(/[\r\n%]/g, ' ')}\n\\newcommand{\\${macroName(id)}}{${amount(measured.value)}}\n`,
          ],
    )
    .join('');
}

/** TeX allows letters alone in a macro's name, so digits are spelled. */
export function macroName(id: string): string {
  const words = id
    .split(/[^a-z0-9]+/i)
    .flatMap((word) => word.replaceAll(/\d/g, (digit) => `-${digits[Number(digit)]}-`).split('-'));
  return `zh${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}

const digits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
