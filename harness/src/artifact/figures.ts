import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../host/failure.ts';
import { filesBelow, runsIn } from './contents.ts';
import { drawArtifact } from './draw.ts';
import { pdfMakerFile } from './pdf.ts';
import type { Absent } from './readme.ts';

/** Makes figures, tables and claims of an artifact again from its samples, in place. Returns the files that changed. */
export async function redrawArtifact(artifact: string): Promise<string[]> {
  return withDrawn(artifact, async (drawn) => {
    const changed = await differing(artifact, drawn);
    for (const path of changed) await cp(join(drawn, path), join(artifact, path));
    return changed;
  });
}

/**
 * The made files that differ from those of the artifact. PDFs are compared if the same version of the program made
 * them: each SVG has the same figure.
 */
export async function differing(artifact: string, drawn: string): Promise<string[]> {
  const bytes = (dir: string, path: string) => readFile(join(dir, path)).catch(() => Buffer.alloc(0));
  const comparesPdfs = (await bytes(artifact, pdfMakerFile)).equals(await bytes(drawn, pdfMakerFile));
  const isLeftOut = (path: string) => !comparesPdfs && (path === pdfMakerFile || path.endsWith('.pdf'));
  const differs = async (path: string) => !(await bytes(artifact, path)).equals(await bytes(drawn, path));
  const found: string[] = [];
  for (const path of await filesBelow(drawn)) if (!isLeftOut(path) && (await differs(path))) found.push(path);
  return found;
}

/** Draws an artifact into a folder that is gone afterwards. */
export async function withDrawn<T>(artifact: string, use: (drawn: string) => Promise<T>): Promise<T> {
  await runsIn(artifact);
  const drawn = await mkdtemp(join(tmpdir(), 'zerohop-artifact-'));
  try {
    await drawArtifact(artifact, drawn, await absentIn(artifact));
    return await use(drawn);
  } finally {
    await rm(drawn, { recursive: true });
  }
}

async function absentIn(artifact: string): Promise<Absent[]> {
  const path = join(artifact, 'absent.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Absent[];
  } catch (cause) {
    throw new Failure('usage', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
