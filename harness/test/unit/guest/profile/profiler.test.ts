import { expect, test } from 'vitest';
import { attribute } from '../../../../src/guest/profile/profiler.ts';

const kallsyms = `ffffffff81000000 T _text
ffffffff81000100 t tcp_sendmsg
ffffffff81000200 T tcp_recvmsg
ffffffff81000180 D not_text
ffffffffc0001000 t bpf_prog_1234_divert	[bpf]
`;

test('attribute sums blocks by symbol, the highest first', () => {
  const window = `ffffffff81000100 10
ffffffff8100017f 5
ffffffff81000180 1
ffffffff81000200 40
ffffffffc0001010 3
0 1000
`;
  expect(attribute(window, kallsyms).map(({ symbol, instructions }) => [symbol, instructions])).toEqual([
    ['user space', 1000],
    ['tcp_recvmsg', 40],
    ['tcp_sendmsg', 16],
    ['bpf_prog_1234_divert', 3],
  ]);
});

test('attribute calls an address below every symbol unknown', () => {
  expect(attribute('ffffffff80000000 2', kallsyms)[0]?.symbol).toBe('unknown');
});
