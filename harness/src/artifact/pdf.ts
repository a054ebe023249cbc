import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { toolVersion } from '../host/tool-version.ts';

const tool = 'rsvg-convert';

/** Names the program that made the figures' PDFs: another version of it makes other bytes. */
export const pdfMakerFile = 'pdf-made-by.txt';

export async function pdfMaker(): Promise<string> {
  return `${(await toolVersion(tool)).line}\n`;
}

/** Makes a PDF beside each SVG, with its fonts embedded. The same bytes for the same version of the program. */
export async function writePdfs(svgs: readonly string[]): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'zerohop-pdf-'));
  try {
    const fonts = join(scratch, 'fonts.conf');
    await writeFile(fonts, fontsConf(join(scratch, 'fonts')));
    const env = { FONTCONFIG_FILE: fonts, SOURCE_DATE_EPOCH: '0' };
    for (const svg of svgs)
      await execa(tool, ['--format=pdf', `--output=${svg.replace(/svg$/, 'pdf')}`, svg], { env });
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The fonts of this repository alone, so that a machine's own fonts do not change a figure. */
function fontsConf(cache: string): string {
  const dir = dirname(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')));
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${dir}</dir><cachedir>${cache}</cachedir></fontconfig>
`;
}
