/** The result of a part of the nightly. */
export interface PartResult {
  /** Faults, a line each; empty if the part passed. */
  findings: string[];
  /** Counts and observations, by name. */
  figures: Readonly<Record<string, number | string>>;
}

export function together(results: readonly PartResult[]): PartResult {
  return {
    findings: results.flatMap(({ findings }) => findings),
    figures: Object.assign({}, ...results.map(({ figures }) => figures)),
  };
}
