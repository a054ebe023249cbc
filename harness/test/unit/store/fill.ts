/** Fills a run until it is killed or the disk is full: `fill.ts RESULTS`, telling its folder and each sample. */
import { Failure } from '../../../src/host/failure.ts';
import { createRun } from '../../../src/run/open.ts';
import { point, sample } from '../measure/made.ts';
import { boot, start } from './made.ts';

await using run = await createRun(start(), process.argv[2]);
console.log(run.dir);
const recorder = run.recorder(boot);
try {
  for (let order = 0; ; order += 1) {
    const both = [sample('tcp', 0, order), sample('tcp', 0, order, point(), 'instructions_per_txn')];
    await recorder.samples(both.map((one) => ({ ...one, order })));
    console.log(order);
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(`${error.kind}: ${error.message}; ${error.next}`);
}
