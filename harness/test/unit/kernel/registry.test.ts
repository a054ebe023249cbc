import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { importBundle } from '../../../src/kernel/import.ts';
import { writeImage } from '../../../src/kernel/oci/write.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { id, openedBundle } from './bundles.ts';

let scratch: string;
const stop = new AbortController();
let address: string;
let registry: Promise<unknown>;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zerohop-registry-'));
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
  address = `127.0.0.1:${await freePort()}`;
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(scratch, 'registry') } },
    http: { addr: address },
  };
  // JSON is YAML.
  await writeFile(join(scratch, 'config.yml'), JSON.stringify(config));
  registry = execa('docker-registry', ['serve', join(scratch, 'config.yml')], {
    reject: false,
    cancelSignal: stop.signal,
  });
  for (let tries = 0; !(await answers()); tries++) {
    if (tries === 200) throw new Error(`docker-registry does not answer at ${address}`);
    await setTimeout(50);
  }
});
afterAll(async () => {
  stop.abort();
  await registry;
  await rm(scratch, { recursive: true });
});

async function answers(): Promise<boolean> {
  return fetch(`http://${address}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

test('an image passes through a registry unchanged', async () => {
  const [from, back] = [join(scratch, 'image'), join(scratch, 'back')];
  await writeImage(await openedBundle(join(scratch, 'bundle')), from, { debug: true });
  await copy(`oci:${from}:kernel`, `docker://${address}/kernel:1`, '--dest-tls-verify=false');
  await copy(`docker://${address}/kernel:1`, `oci:${back}:kernel`, '--src-tls-verify=false');
  const blobs = await readdir(join(from, 'blobs/sha256'));
  expect(await readdir(join(back, 'blobs/sha256'))).toEqual(blobs);
  for (const blob of blobs)
    expect(await readFile(join(back, 'blobs/sha256', blob))).toEqual(
      await readFile(join(from, 'blobs/sha256', blob)),
    );
  expect((await importBundle(back)).id).toBe(id);
});

async function copy(from: string, to: string, ...options: string[]): Promise<void> {
  await execa('skopeo', ['copy', '--preserve-digests', ...options, from, to]);
}
