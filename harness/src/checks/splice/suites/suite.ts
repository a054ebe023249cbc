import type { ProgramLayerName } from '../../../guest/root/program-layer.ts';
import type { LayerName } from '../../../guest/root/root.ts';
import type { Outcomes } from '../outcomes.ts';

/** The network tests of a foreign program, run as they are. */
export interface ForeignSuite {
  name: string;
  layers: readonly (LayerName | ProgramLayerName)[];
  memoryMb: number;
  /** A folder of this machine that the guest sees at suiteInGuest: what is built of a source package. */
  build?: () => Promise<string>;
  /** Each runs in a process of its own: a file of tests, for example. */
  pieces: readonly string[];
  /** Runs a piece, or some tests of it. */
  command: (piece: string, tests: readonly string[]) => readonly string[];
  /** Reads the standard output of a piece. */
  read: (stdout: string) => Outcomes;
  pieceTimeoutMs: number;
}

export const suiteInGuest = '/tmp/suite';
