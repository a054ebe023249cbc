import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainHost } from '../../../src/guest/spec.ts';
import { Failure } from '../../../src/host/failure.ts';
import { checkBootConsoles, withConsolesChecked } from '../../../src/run/complaints.ts';
import { createRun, resumeRun } from '../../../src/run/open.ts';
import type { Run } from '../../../src/store/run.ts';
import { sample } from '../measure/made.ts';
import { boot, scratch, start } from '../store/made.ts';

const consoles = join(import.meta.dirname, '../../fixtures/console');
const tested = { kernel: {} as never };
const refused = {
  kind: 'kernel',
  message: expect.stringMatching(/boot virtual-0.*kernel BUG|boot virtual-0.*WARNING/),
};

const begun = () => scratch().then((results) => createRun(start(), results));

/** Every sample of the boot is recorded, and its console is one of the fixtures. */
async function measured(run: Run, console: string) {
  const logDir = await run.logDir(boot);
  await copyFile(join(consoles, console), join(logDir, 'console.log'));
  await run.bootStarted(boot, [], {});
  for (const order of [1, 3])
    await run.recorder(boot).samples([{ ...sample(order === 1 ? 'tcp' : 'smc', 0, 1), order }]);
  expect(run.remaining(boot)).toBeNull();
  return { ...plainHost, name: 'h0', logDir } as never;
}

describe('hosts that are used', () => {
  const never = new AbortController().signal;
  const complains = () => Promise.reject(new Failure('kernel', 'WARNING'));

  it('are judged after a success and after a failure', async () => {
    await expect(
      withConsolesChecked(
        async () => 1,
        async () => {},
        never,
      ),
    ).resolves.toBe(1);
    await expect(withConsolesChecked(async () => 1, complains, never)).rejects.toThrow('WARNING');
    const failing = () => Promise.reject(new Failure('infra', 'QEMU ended'));
    await expect(withConsolesChecked(failing, complains, never)).rejects.toThrow('WARNING');
    await expect(withConsolesChecked(failing, async () => {}, never)).rejects.toThrow('QEMU ended');
  });

  it('report nothing when another failure aborted them', async () => {
    const another = new Failure('kernel', 'another boot panicked');
    const stopped = AbortSignal.abort(another);
    await expect(withConsolesChecked(() => Promise.reject(another), complains, stopped)).rejects.toBe(
      another,
    );
  });
});

describe('a run whose kernel complained', () => {
  it('is not resumed when all samples are recorded', async () => {
    const run = await begun();
    {
      await using _ = run;
      const spec = await measured(run, 'warning.log');
      await expect(checkBootConsoles(run, boot.name, [spec], tested)).rejects.toMatchObject({
        kind: 'kernel',
      });
    }
    await rm(join(run.dir, 'logs'), { recursive: true });
    await expect(resumeRun(run.dir)).rejects.toMatchObject(refused);
    await expect(resumeRun(run.dir)).rejects.toMatchObject({
      log: join(run.dir, 'logs/virtual-0/console.log'),
    });
  });

  it('is found when it was killed before its console was judged', async () => {
    const run = await begun();
    {
      await using _ = run;
      await measured(run, 'warning.log');
    }
    await expect(resumeRun(run.dir)).rejects.toMatchObject(refused);
  });

  it('is one whose kernel panicked or hung', async () => {
    const run = await begun();
    {
      await using _ = run;
      const spec = await measured(run, 'clean.log');
      const hang = new Failure('kernel', 'h0: the kernel hangs');
      await expect(checkBootConsoles(run, boot.name, [spec], tested, hang)).rejects.toThrow('hangs');
    }
    await expect(resumeRun(run.dir)).rejects.toThrow(/boot virtual-0: h0: the kernel hangs/);
  });
});

describe('a run that was cut off', () => {
  it('is resumed when its kernels were quiet or had hardly booted', async () => {
    const run = await begun();
    {
      await using _ = run;
      const spec = await measured(run, 'clean.log');
      const died = new Failure('infra', 'QEMU ended by itself');
      await expect(checkBootConsoles(run, boot.name, [spec], tested, died)).rejects.toMatchObject({
        kind: 'infra',
      });
      await writeFile(join(await run.logDir(boot), 'console.log'), '');
    }
    await using again = await resumeRun(run.dir);
    expect(again.remaining(boot)).toBeNull();
  });

  it('keeps the logs of every attempt', async () => {
    await using run = await begun();
    await measured(run, 'clean.log');
    await writeFile(join(await run.logDir(boot), 'console.log'), 'the second');
    await run.logDir({ name: 'virtual-1' });
    expect((await readdir(join(run.dir, 'logs'))).sort()).toEqual(['virtual-0', 'virtual-0.2', 'virtual-1']);
    expect(await readFile(join(run.dir, 'logs/virtual-0/console.log'), 'utf8')).toContain('Linux version');
  });

  it('is refused without its logs', async () => {
    const run = await begun();
    await run[Symbol.asyncDispose]();
    await rm(join(run.dir, 'logs'), { recursive: true });
    await expect(resumeRun(run.dir)).rejects.toMatchObject({ kind: 'usage' });
  });
});
