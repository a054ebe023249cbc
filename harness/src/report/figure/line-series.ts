export interface LineSeries {
  name: string;
  /** Decides colour, dash and shape. */
  variant: string;
  points: { at: number; value: number; lo: number; hi: number }[];
  /** Published figures, drawn as hollow points. */
  published: { at: number; value: number }[];
}
