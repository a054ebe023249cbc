/** What a source adds to a bundle's id. */
export interface SourceIdentity {
  /** Where it came from, for the reader. */
  origin: string;
  sha256: string;
  warnings: string[];
}
