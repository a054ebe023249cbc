import { expect, test } from 'vitest';
import { overTcp, sockets } from '../../../../src/workload/variant/sockets.ts';

const params = (own: Record<string, number> = {}) => ({
  ...{ workload: 'netperf', topology: 'loopback', size: 1, clock: 'virtual' as const, idle: null },
  ...{ kernel: 'default', ...own },
});

test('the busy-poll budget is 50 us, or what the experiment says, none at all included', () => {
  const { loaderArgs } = sockets['splice-poll'];
  expect(loaderArgs?.(params())).toEqual(['--busy-poll-us', '50']);
  expect(loaderArgs?.(params({ budget_us: 5 }))).toEqual(['--busy-poll-us', '5']);
  expect(loaderArgs?.(params({ budget_us: 0 }))).toEqual(['--busy-poll-us', '0']);
});

test('a ring has the size that the experiment says, and else the default of the kernel', () => {
  const { sysctls } = sockets.splice;
  expect(sysctls?.(params())).toEqual({});
  expect(sysctls?.(params({ ring_bytes: 4096 }))).toEqual({ 'net.ipv4.tcp_splice_ring_bytes': 4096 });
});

test('programs that open TCP sockets run over what is switched on beneath them, not over what pingpong opens', () => {
  expect(Object.keys(overTcp)).toEqual([
    ...['tcp', 'tcp-declined', 'smc', 'sockmap', 'splice', 'splice-poll', 'onecopy'],
  ]);
});

test('every clock judges a variant that does not choose', () => {
  expect(sockets.tcp.judgedOn).toEqual(['virtual', 'wall']);
});
