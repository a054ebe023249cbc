import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Browser, type Look, startBrowser } from '../../fixtures/browser/browser.ts';
import { writePages } from '../../fixtures/browser/pages.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const looks: readonly Look[] = [390, 1280].flatMap((width) => [
  { width, dark: false },
  { width, dark: true },
]);

let dir: string;
let browser: Browser;
let pages: Record<string, string>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-pages-'));
  pages = await writePages(dir);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

/** The faults that axe-core finds, a line for each element. A dark page differs from a light one in its colours alone. */
async function violations(file: string, look: Look): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(look.dark && { runOnly: ['color-contrast'] }) };
  return browser.open(file, look, async ({ evaluate }) => {
    await evaluate(axe.source);
    const found = await evaluate(
      `axe.run(${JSON.stringify(options)}).then(({ violations, passes }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary))
        .concat(passes.length === 0 ? ['axe-core checked nothing'] : []))`,
    );
    return found as string[];
  });
}

const kinds = [
  'report of a smoke run',
  'report of the reference run',
  'comparison of two runs',
  'front page of the dashboard',
  'page of a cell',
];

describe.each(kinds)('the %s', (kind) => {
  test.each(looks)('has nothing that axe-core finds wrong at %o', async (look) => {
    expect(await violations(`${pages[kind]}`, look)).toEqual([]);
  });

  test('fits a phone without scrolling sideways', async () => {
    const width = await browser.open(`${pages[kind]}`, { width: 390, dark: false }, ({ evaluate }) =>
      evaluate('document.documentElement.scrollWidth'),
    );
    expect(width).toBe(390);
  });
});

test('every kind of page is checked', () => {
  expect(Object.keys(pages)).toEqual(kinds);
});

test('axe-core finds text that is too pale, and a figure without words', async () => {
  const file = join(dir, 'bad.html');
  const pale = '<p style="color:#ccc">pale</p><svg role="img"></svg>';
  const list = '<ul><li>a</li></ul>'.repeat(3);
  await writeFile(
    file,
    `<!doctype html><html lang="en"><title>t</title><main><h1>h</h1>${pale}${list}</main></html>`,
  );
  const found = async (dark: boolean) =>
    (await violations(file, { width: 390, dark })).map((line) => line.split(':')[0]);
  expect(await found(false)).toEqual(['color-contrast', 'svg-img-alt']);
  expect(await found(true)).toEqual(['color-contrast']);
});
