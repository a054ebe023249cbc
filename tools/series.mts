import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { patchRoot } from '../harness/src/kernel/patches.ts';
import { obtainSource } from '../harness/src/kernel/source.ts';
import { misuse, runScript, type Usage } from './command.mts';
import { branchOf, formatPatches, rebaseBranch } from './series/branch.mts';
import { readOrderText, writeOrder } from './series/order.mts';

const usage: Usage = {
  script: 'series.mts',
  about: 'a patch series as a git branch of the kernel tree that it applies to, and back',
  forms: {
    'apply SERIES TREE':
      'make (or extend) the repository TREE, with a branch SERIES that has a commit a patch',
    'rebase SERIES TREE':
      'move the branch SERIES onto the pinned source and the series before it, as they are now',
    'format-patch SERIES TREE': "write the branch's commits back as the patches of the series",
    'order [SERIES...]':
      'print the default series in their order; with names, make these the default, in this order',
  },
  flags: {
    source: { value: 'TARBALL|TREE', about: 'the kernel source, instead of the pinned one' },
    patches: { value: 'DIR', about: 'the folder that has series/, instead of kernel-patches' },
  },
};

await runScript(usage, async ({ operands: [verb, ...operands], flags }) => {
  const root = typeof flags['patches'] === 'string' ? resolve(flags['patches']) : patchRoot();
  if (verb === 'order') {
    if (operands.length > 0) writeOrder(root, operands);
    process.stdout.write(readOrderText(root));
    return 0;
  }
  const [series, tree, ...more] = operands;
  if (series === undefined || tree === undefined || more.length > 0)
    throw misuse(usage, `expected a verb, a series and a tree, got: ${[verb, ...operands].join(' ')}`);
  const source = typeof flags['source'] === 'string' ? flags['source'] : undefined;
  const place = { root, series, tree: resolve(tree) };
  if (verb === 'apply') {
    await branchOf(place, await obtainSource({ source }));
    process.stdout.write(`${place.tree}: branch ${series}\n`);
    return 0;
  }
  if (!existsSync(place.tree)) throw misuse(usage, `${place.tree} does not exist: \`apply\` makes it`);
  if (verb === 'rebase') await rebaseBranch(place, await obtainSource({ source }));
  else if (verb === 'format-patch') process.stdout.write(`${(await formatPatches(place)).join('\n')}\n`);
  else throw misuse(usage, `expected apply, rebase, format-patch or order, got: ${verb}`);
  return 0;
});
