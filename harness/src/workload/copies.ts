import { Failure } from '../host/failure.ts';
import type { Measurement, Site, WorkloadProgram } from './driver.ts';
import { pingpongOnce } from './pingpong.ts';
import { cgroup } from './topology.ts';

const seconds = 0.2;

/** How often the kernel copies each byte of pingpong's messages, counted where it does so (bpf/copies). */
export const copies: WorkloadProgram = {
  layers: [],
  pinned: true,
  async open(site) {
    return {
      async warmUp() {},
      sample: () => counted(site),
      async [Symbol.asyncDispose]() {},
    };
  },
};

async function counted(site: Site): Promise<Measurement> {
  await copiesctl(site, ['enable', '--cgroup', cgroup]);
  const measured = await pingpongOnce(site, seconds);
  const copied = /"copied_bytes":(\d+)/.exec(await copiesctl(site, ['status', '--json']))?.[1];
  await copiesctl(site, ['disable']);
  const payload = Number(measured.observed['exchanged']) * site.params.size * 2;
  const raw = `${measured.raw}{"copied_bytes":${copied},"payload_bytes":${payload}}\n`;
  return { ...measured, raw, values: [{ metric: 'copies_per_byte', value: Number(copied) / payload }] };
}

async function copiesctl({ host }: Site, args: string[]): Promise<string> {
  const { status, stdout, stderr } = await host.run(['copiesctl', ...args], { timeoutMs: 60_000 });
  if (status !== 0) throw new Failure('cell', `copiesctl ${args[0]} ended with status ${status}: ${stderr}`);
  return stdout.toString();
}
