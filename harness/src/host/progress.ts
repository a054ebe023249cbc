/** Told about long work as it goes on; the cli draws it (a live line on a terminal, plain lines elsewhere). */
export type Progress = (event: ProgressEvent) => void;

export interface ProgressEvent {
  /** What goes on, as a noun phrase: "kernel build", "boot 2 of 4". */
  what: string;
  done?: number;
  of?: number;
  leftMs?: number;
}
