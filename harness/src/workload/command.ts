import { Failure } from '../host/failure.ts';
import type { Site, WorkloadProgram } from './driver.ts';
import { atClient, atServer, clearServer, topologyOf } from './topology.ts';

/**
 * Any command line, run by a shell in the guest under the variant. Its words are factors of the cell itself, so
 * that a result says what made it: `run`, `parse` (a regular expression whose first group is the value), and
 * `serve`, a server to start beforehand ("" for none).
 */
export const command: WorkloadProgram = {
  layers: [],
  pinned: false,
  async open(site) {
    const place = topologyOf(site.params.topology);
    const serve = `${site.params['serve']}`;
    if (serve !== '') {
      await site.host.run(atServer(place, ['sh', '-c', `${serve} </dev/null >/tmp/serve.log 2>&1 &`]));
    }
    const once = async () => {
      const argv = atClient(place, ['sh', '-c', `${site.params['run']}`]);
      const env = { SERVER: place.serverAddress };
      const result = await site.host.run(argv, { timeoutMs: 600_000, env });
      if (result.status !== 0) {
        const served = serve === '' ? '' : (await site.host.run(['cat', '/tmp/serve.log'])).stdout;
        throw new Failure(
          'cell',
          `the command ended with status ${result.status}: ${result.stderr}${served}`,
        );
      }
      return `${result.stdout}`;
    };
    return {
      warmUp: async () => void (await once()),
      sample: async () => {
        const raw = await once();
        const values = [{ metric: 'value', value: parsedValue(site, raw) }] as const;
        return { values, payloadBytes: null, transactions: 1, raw, observed: {} };
      },
      [Symbol.asyncDispose]: () => clearServer(site.host),
    };
  },
};

function parsedValue({ params }: Site, raw: string): number {
  const found = new RegExp(`${params['parse']}`, 'm').exec(raw);
  const value = Number((found?.[1] ?? found?.[0] ?? '').replaceAll(',', ''));
  if (found === null || !Number.isFinite(value)) {
    throw new Failure(
      'cell',
      `/${params['parse']}/ finds no number in the command's output: ${raw.slice(0, 2000)}`,
    );
  }
  return value;
}
