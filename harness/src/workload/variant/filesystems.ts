import { pmemRegion, spareRegion } from '../../guest/spare-memory.ts';
import { filesystem } from './filesystem.ts';

/** All filesystem variants: ways to keep files in memory. */
export const filesystems = {
  tmpfs: filesystem({
    label: 'tmpfs',
    mount: 'mount -t tmpfs -o huge=never tmpfs $DIR',
    region: null,
    look: { hue: 'slate', line: 'solid', shape: 'circle' },
  }),
  'tmpfs-huge': filesystem({
    label: 'tmpfs, huge=always',
    mount: 'mount -t tmpfs -o huge=always tmpfs $DIR',
    region: null,
    look: { hue: 'slate', line: 'dashed', shape: 'square' },
  }),
  daxfs: filesystem({
    label: 'DaxFS',
    mount: 'mkfs.daxfs phys:$START,$BYTES; mount.daxfs phys:$START,$BYTES $DIR',
    region: spareRegion,
    look: { hue: 'blue', line: 'solid', shape: 'triangle-up' },
  }),
  'ext4-dax': filesystem({
    label: 'ext4, dax',
    mount: 'mke2fs -q -t ext4 -b 4096 -E lazy_itable_init=0 /dev/pmem0; mount -o dax=always /dev/pmem0 $DIR',
    region: pmemRegion,
    look: { hue: 'green', line: 'solid', shape: 'diamond' },
  }),
  'xfs-dax': filesystem({
    label: 'xfs, dax',
    mount: 'mkfs.xfs -q -f -m reflink=0 /dev/pmem0; mount -t xfs -o dax=always /dev/pmem0 $DIR',
    region: pmemRegion,
    look: { hue: 'purple', line: 'solid', shape: 'triangle-down' },
  }),
  'copy-limit': filesystem({
    label: 'calls that only copy (limit)',
    mount: 'mount -t copylimit -o phys=$START,size=$BYTES none $DIR',
    region: spareRegion,
    lacks: {
      tests: ['first', 'load', 'store'],
      why: 'copy-limit has four files of fixed length, and calls alone reach them',
    },
    look: { hue: 'ochre', line: 'dotted', shape: 'cross' },
  }),
  'fio-alone': filesystem({
    label: 'fio without I/O (ioengine=null)',
    mount: 'mount -t tmpfs tmpfs $DIR',
    region: null,
    look: { hue: 'ochre', line: 'dotted', shape: 'diamond' },
  }),
};

const { 'fio-alone': _fio, ...real } = filesystems;
/** Those that hold files, for any program. */
export const realFilesystems = real;
