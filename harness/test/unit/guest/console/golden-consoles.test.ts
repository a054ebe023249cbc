import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanConsole } from '../../../../src/guest/console/splat.ts';

const dir = join(import.meta.dirname, '../../../fixtures/console');
const writing = 'lkdtm_do_action < direct_entry < full_proxy_write < vfs_write';

/** Consoles of real boots, by file, and the fingerprints of all that has to be found there. */
const real: Record<string, string[]> = {
  clean: [],
  'clean-verbose': [],
  'innocent-output': [],
  warning: [`WARN: lkdtm_WARNING < ${writing}`],
  'warning-with-message': [`WARN: lkdtm_WARNING_MESSAGE < ${writing}`],
  'two-at-once': [`WARN: lkdtm_WARNING < ${writing}`, `refcount: lkdtm_REFCOUNT_INC_OVERFLOW < ${writing}`],
  bug: [`BUG: lkdtm_BUG < ${writing}`],
  'bug-without-place': [`BUG: lkdtm_BUG < ${writing}`],
  'oops-null-pointer': [`oops: lkdtm_EXCEPTION < ${writing}`],
  panic: [`panic: lkdtm_PANIC < ${writing}`],
  'panic-sysrq': [
    'panic: sysrq_handle_crash < __handle_sysrq < write_sysrq_trigger < proc_reg_write < vfs_write',
  ],
  refcount: [`refcount: lkdtm_REFCOUNT_INC_OVERFLOW < ${writing}`],
  'hung-task': [`hung-task: lkdtm_HUNG_TASK < ${writing}`],
  'rcu-stall': [`RCU-stall: lkdtm_LOOP < ${writing}`],
  'rcu-stall-elsewhere': [`RCU-stall: lkdtm_HARDLOCKUP < ${writing}`],
};

const entering = 'vfs_write < ksys_write < do_syscall_64';

/** Consoles written after the format strings of Linux 6.12, for what takes a kernel with sanitizers to say. */
const written: Record<string, string[]> = {
  kasan: [`KASAN: daxfs_log_append < daxfs_write_iter < ${entering}`],
  kcsan: ['KCSAN: splice_ring_pop < splice_ring_push'],
  kmemleak: ['kmemleak: daxfs_open_log < do_dentry_open'],
  'lockdep-circular': [`lockdep: daxfs_log_append < daxfs_write_iter < ${entering}`],
  'lockdep-rcu': [`lockdep: tcp_splice_peer < tcp_splice_sendmsg < ${entering}`],
  'lockdep-wait-context': [
    'lockdep: daxfs_irq_done < __handle_irq_event_percpu < asm_common_interrupt < vfs_write < ksys_write',
  ],
  slab: [`BUG: daxfs_alloc_slot < ${entering} < entry_SYSCALL_64_after_hwframe`],
  'sleep-in-atomic': [`BUG: daxfs_alloc_slot < ${entering} < entry_SYSCALL_64_after_hwframe`],
  'soft-lockup': [
    'soft-lockup: daxfs_spin_for_peer < daxfs_lock < daxfs_write_iter < vfs_write < ksys_write',
  ],
  ubsan: [`UBSAN: daxfs_slot_of < daxfs_write_iter < ${entering}`],
};

const consoles = { ...real, ...written };

const read = (name: string) => readFileSync(join(dir, `${name}.log`), 'utf8');

test('every console is expected to hold something or nothing', () => {
  const names = readdirSync(dir).flatMap((file) => (file.endsWith('.log') ? [file.slice(0, -4)] : []));
  expect(names.sort()).toEqual(Object.keys(consoles).sort());
});

const cases = Object.entries(consoles);

test.each(cases)('%s holds the complaints expected of it', (name, fingerprints) => {
  expect(scanConsole(read(name)).map(({ fingerprint }) => fingerprint)).toEqual(fingerprints);
});

/** If several CPUs print at the same time, only callers separate their lines. */
const manyCpus = ['two-at-once', 'rcu-stall'];

test.each(cases.filter(([name]) => !manyCpus.includes(name)))(
  '%s holds the same with other line ends and without callers',
  (name, fingerprints) => {
    const bare = read(name)
      .replaceAll('\r\n', '\n')
      .replaceAll(/\[ +[TC]\d+\]/g, '');
    expect(scanConsole(bare).map(({ fingerprint }) => fingerprint)).toEqual(fingerprints);
  },
);

test.each(cases.filter(([, fingerprints]) => fingerprints.length > 0))(
  '%s shows a complaint wherever it breaks off after the headline',
  (name) => {
    const log = read(name);
    const [first] = scanConsole(log);
    const headline = first?.lines.find((line) => !line.includes('cut here')) ?? '';
    let end = log.indexOf(headline) + headline.length;
    for (
      let line = 0;
      line < (first?.lines.length ?? 0) && end >= 0;
      line++, end = log.indexOf('\n', end + 1)
    )
      expect(scanConsole(log.slice(0, end)).length, `cut at byte ${end}`).toBeGreaterThan(0);
  },
);
