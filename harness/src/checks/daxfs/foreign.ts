import type { Context } from '../../host/context.ts';
import { resolveKernel } from '../../kernel/resolve.ts';
import type { PartResult } from '../part-result.ts';
import { runScripts } from './suite.ts';

/** Programs of others: what each gives on tmpfs it must give on DaxFS, result by result. */
export async function foreignFilesystem(context: Context): Promise<PartResult> {
  const kernel = await resolveKernel(undefined, context);
  const scripts = Object.fromEntries(
    Object.entries(programs).map(([name, script]) => [name, onBoth(script)]),
  );
  const findings = await runScripts(kernel, scripts, {
    ...{ memoryMb: 1024, signal: context.signal },
    programs: ['fio', 'sqlite', 'git', 'stressng', 'dbench', 'fsmark', 'bonnie'],
    before: (name) => context.progress({ what: `${name} on tmpfs and on DaxFS` }),
  });
  return { findings, figures: { programs: Object.keys(programs).join(', ') } };
}

/** As large as DaxFS, so that what fills one fills the other. */
const onBoth = (script: string) => `mount -t tmpfs -o size=64m tmpfs /t
  for at in t d; do mkdir /$at/w; cd /$at/w; { ${script}
  } >/tmp/$at 2>/tmp/said.$at; cd /; rm -r /$at/w; done; umount /t
  test -s /tmp/t && diff /tmp/t /tmp/d || { tail -n 5 /tmp/said.d; false; }`;

/** All of stress-ng's for filesystems and for mappings of files that need no disk and no other filesystem. */
const stressors = [
  ...['access', 'chdir', 'chmod', 'chown', 'copy-file', 'dentry', 'dir', 'dirdeep', 'dirmany', 'dup'],
  ...['fallocate', 'fcntl', 'file-ioctl', 'filename', 'flock', 'fpunch', 'fsize', 'fstat', 'getdent', 'hdd'],
  ...['inotify', 'io', 'lease', 'link', 'locka', 'lockf', 'lockofd', 'mknod', 'open'],
  ...['readahead', 'rename', 'revio', 'seek', 'sendfile', 'splice', 'symlink', 'tee', 'touch'],
  ...['utime', 'vm-splice', 'xattr', 'fault', 'madvise', 'msync', 'mmapfork', 'sync-file'],
];

/** Each uses the current directory, and prints a line for each result that the filesystem decides. */
const programs = {
  fio: `for engine in psync pvsync2 mmap splice; do for rw in write randwrite rw randrw; do
      fio --name=verify --directory=. --ioengine=$engine --rw=$rw --size=4m --bsrange=512-64k --numjobs=2 \
        --verify=crc32c --verify_fatal=1 --verify_dump=0 --do_verify=1 --randseed=7 --minimal >&2 && result=0 || result=$?
      echo "$engine $rw: status $result, $(ls | wc -l) files"; rm verify*
    done; done`,
  sqlite: `for journal in wal delete truncate persist; do sqlite3 $journal.db "
      pragma journal_mode=$journal; pragma mmap_size=8000000; create table t(a integer primary key, b text);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) insert into t select i, printf('%.*c', i % 300, 'x') from n;
      create index b on t(b); update t set b = b || 'x' where a % 3 = 0; delete from t where a % 5 = 0; vacuum;" || true
      sqlite3 $journal.db 'pragma integrity_check; select count(*), sum(length(b)) from t' || true; ls -l | awk '{ print $5, $9 }'; done`,
  git: `export HOME=$PWD GIT_EXEC_PATH=/usr/bin
    for who in AUTHOR COMMITTER; do export GIT_\${who}_NAME=a GIT_\${who}_EMAIL=a@b GIT_\${who}_DATE=2026-01-01T00:00:00Z; done
    git init -q one; cd one; for commit in 1 2 3; do for i in $(seq 60); do seq $((i * commit)) > f$i; done
    git add .; git commit -qm $commit; done; git gc -q; git fsck --strict 2>&1; git clone -q $HOME/one $HOME/two; cd ../two; git fsck --strict 2>&1
    git log --format=%H; git ls-tree -r HEAD; cat * | md5sum; git reset -q --hard HEAD~2; cat * | md5sum; git status --porcelain`,
  dbench: `head -n 4000 /usr/share/dbench/client.txt >/tmp/load
    for how in '' -x '-s -S'; do dbench -c /tmp/load -D . -t 20 $how 2 >/tmp/dbench 2>&1 && result=0 || result=$?
    awk '$2 > 0 && NF == 4 { print $1 }' /tmp/dbench; echo "dbench $how: status $result"; cat /tmp/dbench >&2; done`,
  fs_mark: `for sync in 0 1 2 3 4 5 6; do fs_mark -d . -s 16384 -n 200 -t 2 -L 2 -S $sync >/tmp/marks && result=0 || result=$?
    awk '$1 ~ /^[0-9]+$/ { print $2, $3 }' /tmp/marks; echo "way $sync of syncing: status $result, $(ls | wc -l) files"; rm -rf *; done`,
  'bonnie++': `for what in '-s 16M:4k -f -n 2:4096:10:4' '-s 0 -n 1:link' '-s 0 -n 1:symlink'; do
      bonnie++ -d . -r 8 $what -u root -q >&2 && result=0 || result=$?
      echo "$what: status $result, $(ls | wc -l) files left"; done`,
  'stress-ng': `for one in ${stressors.join(' ')}; do
      stress-ng --temp-path . --verify --timeout 2 --$one 2 >/tmp/stress 2>&1 && result=0 || result=$?
      echo "$one: status $result"; [ $result = 0 ] || cat /tmp/stress >&2
    done`,
};
