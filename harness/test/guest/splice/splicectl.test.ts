import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cgroup } from '../../../src/workload/topology.ts';
import { hostOn, type TestHost } from './hosts.ts';

let at: TestHost;
const boots = (kernel: Parameters<typeof hostOn>[0]) => {
  beforeAll(async () => {
    at = await hostOn(kernel, ['pingpong']);
  }, 60 * 60_000);
  afterAll(() => at?.[Symbol.asyncDispose]());
};

const run = async (...argv: string[]) => {
  const { status, stdout, stderr } = await at.host.run(argv, { timeoutMs: 240_000 });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
};
const must = async (...argv: string[]) => `${(await at.host.must(argv, { timeoutMs: 240_000 })).stdout}`;
const enable = (...more: string[]) => run('splicectl', 'enable', '--cgroup', cgroup, ...more);
const nothingPinned = async () => expect((await run('ls', '/sys/fs/bpf/zerohop')).stdout).toBe('');

describe('on a kernel without the series', () => {
  boots('unpatched');

  test('the missing function is named, and the patches that bring it', async () => {
    expect(await enable()).toMatchObject({
      status: 1,
      stderr:
        'splicectl: this kernel has no bpf_sock_splice_pair(): boot one with the patches of kernel-patches/series/sock-splice\n',
    });
    expect(await run('splicectl', 'list')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no bpf_sock_splice_pair()'),
    });
    await nothingPinned();
  });

  test('declining needs nothing of the kernel', async () => {
    expect(await enable('--decline')).toMatchObject({ status: 0, stderr: '' });
    await must('splicectl', 'disable');
    await nothingPinned();
  });
});

const socketsSchema = z.strictObject({
  sockets: z.array(
    z.strictObject({
      local: z.string(),
      remote: z.string(),
      inode: z.number(),
      sends: z.string(),
      ring_bytes: z.number(),
      unread_bytes: z.number(),
    }),
  ),
});
const exchangedSchema = z.looseObject({ exchanged: z.number() });
const joined = ['sh', '-c', `echo $$ > ${cgroup}/cgroup.procs && exec "$@"`, 'join'];
const list = async () => socketsSchema.parse(JSON.parse(await must('splicectl', 'list', '--json'))).sockets;
const status = async () =>
  z.record(z.string(), z.number()).parse(JSON.parse(await must('splicectl', 'status', '--json')));

describe('on a kernel with it', () => {
  boots('patched');

  test('nobody but root may use it', async () => {
    const asNobody = await run('su', '-s', '/bin/sh', 'nobody', '-c', `splicectl enable --cgroup ${cgroup}`);
    expect(asNobody).toMatchObject({ status: 1, stderr: 'splicectl: only root may do this\n' });
  });

  test('a cgroup that is none is named', async () => {
    const enableAt = (...argv: string[]) => run('splicectl', 'enable', ...argv);
    expect(await enableAt('--cgroup', '/nowhere')).toMatchObject({
      status: 1,
      stderr: 'splicectl: cannot open cgroup /nowhere: No such file or directory\n',
    });
    expect(await enableAt('--cgroup', '/tmp')).toMatchObject({
      status: 1,
      stderr: 'splicectl: /tmp is no directory of a version 2 cgroup hierarchy\n',
    });
    expect(await enableAt()).toMatchObject({ status: 1, stderr: 'splicectl: enable needs --cgroup DIR\n' });
    expect(await run('splicectl', 'status')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not enabled'),
    });
  });

  test.each([
    [['--busy-poll-us', 'x'], "--busy-poll-us: expected a number from 0 to 2147483647, got 'x'"],
    [['--port', '65536'], "--port: expected a number from 0 to 65535, got '65536'"],
    [['--domain', '-1'], "--domain: expected a number from 0 to 18446744073709551615, got '-1'"],
    [['--port'], "option '--port' requires an argument"],
  ])('%j is refused in words', async (options, words) => {
    expect(await enable(...options)).toMatchObject({ status: 2, stderr: expect.stringContaining(words) });
    await nothingPinned();
  });

  test('--help tells the verbs and every option', async () => {
    const help = await must('splicectl', '--help');
    for (const word of ['enable', 'disable', 'status', 'list', 'revoke', '--cgroup', '--json'])
      expect(help).toContain(word);
    for (const option of ['--busy-poll-us', '--port', '--loopback-only', '--domain', '--decline'])
      expect(help).toContain(option);
  });

  test('it splices a cgroup, counts what went past TCP, lists the sockets, and comes off again', async () => {
    expect(await enable()).toMatchObject({ status: 0, stderr: '' });
    expect(await list()).toEqual([]);
    const pingpong = [
      'zerohop-pingpong',
      '--variant',
      'tcp',
      '--size',
      '1024',
      '--json',
      '--think-us',
      '100',
    ];
    const script = `"$@" --seconds 0.1 >/tmp/pingpong.json & sleep 0.1; splicectl list --json; wait`;
    const during = await must(...joined, 'sh', '-c', script, 'sh', ...pingpong);
    const { sockets } = socketsSchema.parse(JSON.parse(during));
    expect(sockets).toHaveLength(2);
    for (const { local, remote, inode, sends, ring_bytes, unread_bytes } of sockets) {
      expect(sockets.map((other) => other.local)).toContain(remote);
      expect(local).toMatch(/^127\.0\.0\.1:\d+$/);
      expect({ sends, ring_bytes }).toEqual({ sends: 'ring', ring_bytes: 2048 });
      expect(inode).toBeGreaterThan(0);
      expect(unread_bytes).toBeLessThanOrEqual(1024);
    }
    const { exchanged } = exchangedSchema.parse(JSON.parse(await must('cat', '/tmp/pingpong.json')));
    expect(await status()).toMatchObject({
      paired_sockets: 1,
      waiting_sockets: 1,
      pairs: 1,
      ring_bytes: exchanged * 2 * 1024,
      tcp_bytes: 0,
    });
    expect(JSON.parse(await must('splicectl', 'revoke', '--json'))).toEqual({ revoked_pairs: 0 });
    await must('splicectl', 'disable');
    await nothingPinned();
    await must(...joined, 'sh', '-c', '"$@" --seconds 0.05', 'sh', ...pingpong);
    expect(await list()).toEqual([]);
  });

  test('it revokes a pair whose bytes go through TCP from then on', async () => {
    expect(await enable()).toMatchObject({ status: 0, stderr: '' });
    const before = await status();
    const script = `"$@" >/tmp/revoked.json & sleep 0.1; splicectl revoke --json; splicectl list --json; wait`;
    const pingpong = ['zerohop-pingpong', '--variant', 'tcp', '--size', '1024', '--json', '--seconds', '0.3'];
    const during = await must(...joined, 'sh', '-c', script, 'sh', ...pingpong);
    const [revoked = '', listed = ''] = during.trim().split('\n');
    expect(JSON.parse(revoked)).toEqual({ revoked_pairs: 1 });
    const { sockets } = socketsSchema.parse(JSON.parse(listed));
    expect(sockets.map(({ sends }) => sends)).toEqual(['left', 'left']);
    const { exchanged } = exchangedSchema.parse(JSON.parse(await must('cat', '/tmp/revoked.json')));
    const after = await status();
    const grown = (counter: string) => Number(after[counter]) - Number(before[counter]);
    expect(grown('ring_bytes')).toBeGreaterThan(0);
    expect(grown('tcp_bytes')).toBeGreaterThan(0);
    expect(grown('ring_bytes') + grown('tcp_bytes')).toBe(exchanged * 2 * 1024);
    await must('splicectl', 'disable');
  });
});
