import { expect, test } from 'vitest';
import { readEvents, readTap, readTinytest } from '../../../../../src/checks/splice/suites/formats.ts';

test('readEvents takes the last event of a test, and a test that never ended as failed', () => {
  const text = `began a.b
passed a.b
began a.c
failed a.c
began a.d
skipped a.e (why='x y')
began hangs
`;
  expect(Object.fromEntries(readEvents(text))).toEqual({
    'a.b': 'passed',
    'a.c': 'failed',
    'a.d': 'failed',
    "a.e (why='x y')": 'skipped',
    hangs: 'failed',
  });
});

test('readTap tells ok, not ok and skipped tests apart', () => {
  const text = `1..3
ok 1 - tcp_ping_pong
# Output from process
not ok 2 - tcp_oob
# exit code 6
ok 3 - udp_multicast # SKIP no route
`;
  expect(Object.fromEntries(readTap(text))).toEqual({
    tcp_ping_pong: 'passed',
    tcp_oob: 'failed',
    udp_multicast: 'skipped',
  });
});

test('readTinytest finds verdicts at the end of a line, and below the output of a test', () => {
  const text = `http/basic: [forking] OK
http/slow: DISABLED
rpc/client: [forking] [msg] noise
[msg] more noise
OK
http/bad: [forking] 
  FAIL ../test/regress_http.c:2391: assert(ok)
  [bad FAILED]
http/ssl: [forking] SKIPPED
1/4 TESTS FAILED. (2 skipped)
`;
  expect(Object.fromEntries(readTinytest(text))).toEqual({
    'http/basic': 'passed',
    'http/slow': 'skipped',
    'rpc/client': 'passed',
    'http/bad': 'failed',
    'http/ssl': 'skipped',
  });
});
