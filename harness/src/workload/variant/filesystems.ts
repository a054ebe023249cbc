import { filesystem } from './filesystem.ts';

/** All filesystem variants: ways to keep files in memory. */
export const filesystems = {
  tmpfs: filesystem({
    label: 'tmpfs',
    mount: 'mount -t tmpfs -o huge=never tmpfs $DIR',
    inRegion: false,
    look: { hue: 'slate', line: 'solid', shape: 'circle' },
  }),
  'tmpfs-huge': filesystem({
    label: 'tmpfs, huge=always',
    mount: 'mount -t tmpfs -o huge=always tmpfs $DIR',
    inRegion: false,
    look: { hue: 'slate', line: 'dashed', shape: 'square' },
  }),
  daxfs: filesystem({
    label: 'DaxFS',
    mount: 'mkfs.daxfs phys:$START,$BYTES; mount.daxfs phys:$START,$BYTES $DIR',
    inRegion: true,
    look: { hue: 'blue', line: 'solid', shape: 'triangle-up' },
  }),
  'copy-limit': filesystem({
    label: 'calls that only copy (limit)',
    mount: 'mount -t copylimit -o phys=$START,size=$BYTES none $DIR',
    inRegion: true,
    lacks: {
      tests: ['first', 'load', 'store'],
      why: 'copy-limit has four files of fixed length, and calls alone reach them',
    },
    look: { hue: 'ochre', line: 'dotted', shape: 'cross' },
  }),
  'fio-alone': filesystem({
    label: 'fio without I/O (ioengine=null)',
    mount: 'mount -t tmpfs tmpfs $DIR',
    inRegion: false,
    look: { hue: 'ochre', line: 'dotted', shape: 'diamond' },
  }),
};

const { 'fio-alone': _fio, ...real } = filesystems;
/** Those that hold files, for any program. */
export const realFilesystems = real;
