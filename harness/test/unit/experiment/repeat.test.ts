import { expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { experimentOptions } from '../../../src/cli/experiment-request.ts';
import { experiments } from '../../../src/experiment/index.ts';
import { repeatCommand } from '../../../src/experiment/repeat.ts';
import { matches } from '../../../src/measure/params.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import { claimsOf } from '../../../src/measure/published.ts';

const all = await experiments();

test.each(Object.keys(all))(
  'repeatCommand measures every cell of each claim of %s, and few others',
  async (name) => {
    for (const claim of await claimsOf(name)) {
      const [, words = ''] = repeatCommand(claim, name).split(' -- ');
      const asked = experimentOptions(parseArguments('experiment', [name, ...words.split(' ')]), '/', all);
      const { matrices } = asked.experiment;
      const steps = planBoots({ ...asked.request, matrices }).flatMap((boot) => boot.steps);
      const { variant, kernel, ...place } = claim.where;
      expect(steps.length, claim.id).toBeGreaterThan(0);
      for (const step of steps)
        expect(matches(step.params, { ...place, clock: claim.clock }), claim.id).toBe(true);
      const measured = new Set(steps.map((step) => step.variant));
      const sides =
        kernel !== undefined && variant !== undefined
          ? [variant]
          : [claim.ratio?.numerator, claim.ratio?.denominator, claim.cell?.variant];
      for (const side of sides.filter((one) => one !== undefined))
        expect([...measured], claim.id).toContain(side);
      if (kernel !== undefined) expect(asked.request.kernels, claim.id).toContain(kernel);
    }
  },
);
