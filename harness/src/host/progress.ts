/** Called with the progress of long work; the cli draws it (a live line on a terminal, plain lines elsewhere). */
export type Progress = (event: ProgressEvent) => void;

export interface ProgressEvent {
  /** The step as a noun phrase: "kernel build", "boot 2 of 4". */
  what: string;
  done?: number;
  of?: number;
  leftMs?: number;
}
