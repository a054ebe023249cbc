/** The part of a bundle's id that comes from the source. */
export interface SourceIdentity {
  /** Where it came from, for messages. */
  origin: string;
  sha256: string;
  warnings: string[];
}
