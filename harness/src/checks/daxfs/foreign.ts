/** Parts of the root that the scripts need. */
export const foreignPrograms = ['fio', 'sqlite', 'git', 'stressng'] as const;

/** What stress-ng has for filesystems and for mappings of files, but for what asks for a disk or another filesystem. */
const stressors = [
  ...['access', 'chdir', 'chmod', 'chown', 'copy-file', 'dentry', 'dir', 'dirdeep', 'dirmany', 'dup'],
  ...['fallocate', 'fcntl', 'file-ioctl', 'filename', 'flock', 'fpunch', 'fsize', 'fstat', 'getdent', 'hdd'],
  ...['inotify', 'io', 'lease', 'link', 'locka', 'lockf', 'lockofd', 'mknod', 'open'],
  ...['readahead', 'rename', 'revio', 'seek', 'sendfile', 'splice', 'symlink', 'tee', 'touch'],
  ...['utime', 'vm-splice', 'xattr', 'fault', 'madvise', 'msync', 'mmapfork', 'sync-file'],
];

/**
 * Programs of others in the directory `at`; a script for each, which ends with 0 if the program finds nothing. The
 * seconds are of each stressor.
 */
export function foreignScripts(at: string, seconds: number): Record<string, string> {
  return {
    fio: `for engine in psync pvsync2 mmap splice; do for rw in write randwrite rw randrw; do
        fio --name=verify --directory=${at} --ioengine=$engine --rw=$rw --size=4m --bsrange=512-64k --numjobs=2 \
          --verify=crc32c --verify_fatal=1 --verify_dump=0 --do_verify=1 --randseed=7 --minimal >/dev/null; rm ${at}/verify*
      done; done`,
    sqlite: `for journal in wal delete truncate persist; do sqlite3 ${at}/$journal.db "
        pragma journal_mode=$journal; pragma mmap_size=8000000; create table t(a integer primary key, b text);
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) insert into t select i, hex(randomblob(i % 300)) from n;
        create index b on t(b); update t set b = b || 'x' where a % 3 = 0; delete from t where a % 5 = 0; vacuum;"
        test "$(sqlite3 ${at}/$journal.db 'pragma integrity_check')" = ok; rm ${at}/$journal.db*; done`,
    git: `export HOME=${at} GIT_EXEC_PATH=/usr/bin; cd ${at}; git config --global user.email a@b; git config --global user.name a
      git init -q one; cd one; for commit in 1 2 3; do for i in $(seq 60); do seq $((i * commit)) > f$i; done; git add .
      git commit -qm $commit; done; git gc -q; git fsck --strict; git clone -q ${at}/one ${at}/two; for f in f*; do cmp $f ${at}/two/$f; done
      cd ${at}/two; git fsck --strict; git reset -q --hard HEAD~2; git status --porcelain | wc -l; cd /; rm -r ${at}/one ${at}/two ${at}/.gitconfig`,
    'stress-ng': `failed=; for one in ${stressors.join(' ')}; do
        stress-ng --temp-path ${at} --verify --timeout ${seconds} --$one 2 >/tmp/stress 2>&1 || { failed="$failed $one"; tail -5 /tmp/stress; }
      done; echo "failed:$failed"; test -z "$failed"`,
  };
}
