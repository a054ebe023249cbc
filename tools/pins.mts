import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { $ } from 'zx';
import { pinFile, readPins } from '../harness/src/host/versions.ts';
import { misuse, runScript, type Usage } from './command.mts';
import { differences } from './pins/differences.mts';
import { isPinned, obtain, pinned } from './pins/packages.mts';

const usage: Usage = {
  script: 'pins.mts',
  about: 'the versions that harness/versions.json pins',
  forms: {
    '': 'print the pins',
    'move NAME VERSION': 'pin this version: download it, say what changed, rebuild what is made from it',
  },
  flags: {
    file: { value: 'FILE', about: 'the file of pins, instead of harness/versions.json' },
    'no-build': { about: 'leave the rebuild to the next command that needs it' },
  },
};

await runScript(usage, async ({ operands: [verb, name, version, ...more], flags }) => {
  const file = typeof flags['file'] === 'string' ? resolve(flags['file']) : pinFile();
  const pins = readPins(file);
  if (verb === undefined) {
    for (const [each, pin] of Object.entries(pins))
      process.stdout.write(`${each} ${pin.version} ${pin.sha256}\n`);
    return 0;
  }
  if (verb !== 'move' || name === undefined || version === undefined || more.length > 0)
    throw misuse(usage, `expected nothing, or: move NAME VERSION, got: ${process.argv.slice(2).join(' ')}`);
  const before = pins[name];
  if (before === undefined || !isPinned(name))
    throw misuse(usage, `expected a pinned name (${Object.keys(pinned).join(', ')}), got: ${name}`);
  const now = await obtain(name, version);
  const after = { version: now.version, sha256: now.sha256 };
  process.stdout.write(`${name} ${before.version} -> ${after.version}\nsha256 ${after.sha256}\n`);
  for (const line of await differences(name, before, now)) process.stdout.write(`${line}\n`);
  await writeFile(file, `${JSON.stringify({ ...pins, [name]: after }, null, 2)}\n`);
  if (flags['no-build'] !== true) await $({ stdio: 'inherit' })`${pinned[name].rebuild}`;
  return 0;
});
