import type { RunFacts } from '../report/facts.ts';
import type { Manifest } from './manifest.ts';

/** What a report says of a run beside its numbers. */
export function factsOf(manifest: Manifest): RunFacts {
  const { zerohop, testbed, kernels, host, guest, packages, request, testbedId } = manifest;
  const [reference] = kernels;
  return {
    run: manifest.run,
    date: manifest.startedAt,
    commit: zerohop.dirty ? `${zerohop.commit}+dirty` : zerohop.commit,
    accelerator: testbed.accelerator.wall,
    memoryPath: testbed.memoryPath,
    qemuVersion: testbed.qemuVersion,
    kernelId: reference?.bundle ?? reference?.release ?? 'unknown',
    command: manifest.command,
    environment: {
      'host CPU': testbed.cpuModel,
      host: `${host.os}, Linux ${host.kernel}, ${host.cpus} CPUs, ${host.memoryMb} MB`,
      guest: `${guest.cpu}, ${guest.cpus} CPUs, ${guest.memoryMb} MB`,
      ...Object.fromEntries(
        kernels.map(({ name, release, source }) => [`kernel ${name}`, `${release} (${source})`]),
      ),
      compiler: testbed.compiler,
      seed: String(request.seed),
      'testbed, virtual clock': testbedId.virtual,
      'testbed, wall clock': testbedId.wall,
      ...Object.fromEntries(Object.entries(manifest.notes).map(([name, value]) => [name, String(value)])),
      packages: Object.entries(packages)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    },
  };
}
