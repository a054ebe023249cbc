export interface LineSeries {
  name: string;
  /** Decides the look. */
  variant: string;
  points: { at: number; value: number; lo: number; hi: number }[];
  /** Hollow points: what somebody else measured elsewhere. */
  published: { at: number; value: number }[];
}
