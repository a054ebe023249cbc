/** What a part of the nightly found. */
export interface PartResult {
  /** What is wrong, a line each. */
  findings: string[];
  /** What it counted or saw, by name. */
  figures: Readonly<Record<string, number | string>>;
}

export function together(results: readonly PartResult[]): PartResult {
  return {
    findings: results.flatMap(({ findings }) => findings),
    figures: Object.assign({}, ...results.map(({ figures }) => figures)),
  };
}
