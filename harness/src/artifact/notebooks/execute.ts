import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { cacheRoot, checkoutRoot } from '../../host/cache.ts';
import { Failure } from '../../host/failure.ts';
import { withParentDeathSignal } from '../../host/parent-death.ts';

export interface Limits {
  cellSeconds: number;
  notebookSeconds: number;
}

export const usualLimits: Limits = { cellSeconds: 30, notebookSeconds: 60 };

/** Executes a notebook where it lies and returns its text with the outputs. Equal inputs give equal bytes. */
export async function executed(
  notebook: string,
  { cellSeconds, notebookSeconds }: Limits = usualLimits,
  signal?: AbortSignal,
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'zerohop-notebook-'));
  try {
    const output = join(scratch, 'out.ipynb');
    const [program, ...args] = withParentDeathSignal(
      [
        ...['jupyter-nbconvert', '--to', 'notebook', '--execute', '--output', output, notebook],
        `--ExecutePreprocessor.timeout=${cellSeconds}`,
        // Otherwise what is on its way for more than four seconds is left out, and nobody is told.
        `--ExecutePreprocessor.iopub_timeout=${cellSeconds}`,
        '--ExecutePreprocessor.raise_on_iopub_timeout=True',
        '--ExecutePreprocessor.record_timing=False',
      ],
      'TERM',
    );
    const result = await execa(program, args, {
      cwd: dirname(notebook),
      env: await environment(scratch),
      reject: false,
      stdin: 'ignore',
      timeout: notebookSeconds * 1000,
      ...(signal && { cancelSignal: signal }),
    });
    signal?.throwIfAborted();
    if (result.timedOut) throw failed(notebook, `it took more than ${notebookSeconds} s`);
    if (result.failed) throw failed(notebook, reasonIn(result.stderr));
    return await readFile(output, 'utf8');
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Debian's Jupyter with the deno kernel of notebooks/package.json. Nothing is written into the user's folders. */
async function environment(scratch: string): Promise<NodeJS.ProcessEnv> {
  const kernel = join(scratch, 'kernels/deno');
  await mkdir(kernel, { recursive: true });
  // Jupyter starts a kernel in a session of its own, which outlives a killed nbconvert.
  const argv = withParentDeathSignal([await deno(), 'jupyter', '--kernel', '--conn', '{connection_file}']);
  const spec = { argv, display_name: 'Deno', language: 'typescript' };
  await writeFile(join(kernel, 'kernel.json'), JSON.stringify(spec));
  const apart = ['JUPYTER_RUNTIME_DIR', 'JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'IPYTHONDIR'];
  return {
    ...Object.fromEntries(apart.map((name) => [name, join(scratch, name)])),
    JUPYTER_PATH: scratch,
    DENO_DIR: join(cacheRoot(), 'deno'),
    NO_COLOR: '1',
  };
}

/**
 * The deno of notebooks/package.json, installed when it is missing or another version. From 2.8 on, deno tells Jupyter
 * that a cell is done without waiting for what it shows, and Jupyter leaves out what comes later: 2.7 waits.
 */
async function deno(): Promise<string> {
  const root = join(checkoutRoot(), 'notebooks');
  const program = join(root, 'node_modules/@deno/linux-x64-glibc/deno');
  const versions = ['package.json', 'node_modules/deno/package.json'].map((file) =>
    versionIn(join(root, file)),
  );
  if (!existsSync(program) || versions[0] !== versions[1]) {
    const { failed: lacks, stderr } = await execa('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: root,
      reject: false,
    });
    if (lacks)
      throw new Failure(
        'infra',
        `deno cannot be installed: ${stderr.match(/^npm error .+/m)?.[0] ?? stderr.trim()}`,
        {
          next: 'check the network, then run npm ci --prefix notebooks',
        },
      );
  }
  return program;
}

/** The version of deno that a package.json asks for, or has. */
function versionIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const { version, dependencies } = JSON.parse(readFileSync(path, 'utf8'));
  return dependencies?.deno ?? version;
}

function failed(notebook: string, why: string): Failure {
  return new Failure('cell', `${notebook}: ${why}`, { next: 'open it, and run its cells one by one' });
}

/** The last lines of nbconvert's traceback: the error of the cell, or that it took too long. */
function reasonIn(stderr: string): string {
  return stderr.trimEnd().split('\n').slice(-4).join('\n');
}
