import type { Context } from '../../host/context.ts';
import { type PartResult, together } from '../part-result.ts';
import { comparePiece } from './compare-piece.ts';
import { inHost } from './in-host.ts';
import { pieceIn } from './run-piece.ts';
import { cpython } from './suites/cpython.ts';
import { kselftest } from './suites/kselftest.ts';
import { libevent } from './suites/libevent.ts';
import { liburing } from './suites/liburing.ts';
import { libuv } from './suites/libuv.ts';
import { type ForeignSuite, suiteInGuest } from './suites/suite.ts';

const suites: readonly ForeignSuite[] = [cpython, libuv, libevent, liburing, kselftest];

/** Network tests of foreign programs, over TCP and over spliced sockets of the same kernel. */
export async function foreign(context: Context): Promise<PartResult> {
  const results: PartResult[] = [];
  for (const suite of suites) results.push(await foreignSuite(suite, context));
  return together(results);
}

/** Some pieces of a suite in a host of its own. */
export async function foreignSuite(
  suite: ForeignSuite,
  context: Context,
  pieces: readonly string[] = suite.pieces,
): Promise<PartResult> {
  const { name, layers, memoryMb } = suite;
  const hostDir = await suite.build?.();
  const shares = hostDir === undefined ? [] : [{ hostDir, guestDir: suiteInGuest, writable: false }];
  const findings: string[] = [];
  const figures: Record<string, string> = {};
  const complaints = await inHost({ ...context, layers, memoryMb, shares }, name, async (host) => {
    for (const piece of pieces) {
      const what = `${name} ${piece}`;
      context.progress({ what });
      const compared = await comparePiece(pieceIn(host, suite, piece));
      findings.push(...compared.findings.map((text) => `${what}: ${text} (${host.spec.logDir})`));
      figures[what] = compared.observed.join('; ');
    }
    return [];
  });
  return { findings: [...findings, ...complaints], figures };
}
