/** One entry of an initramfs. It is owned by root and has no time; its permissions are kept. */
export type CpioEntry =
  | { kind: 'file'; path: string; mode: number; data: Uint8Array }
  | { kind: 'directory'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'character'; path: string; mode: number; major: number; minor: number };

/**
 * A newc archive: the same bytes for the same entries in any order. cpio(1) is not used because it reads a real tree,
 * where a device node needs root and every inode has its own time.
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const sorted = withParents(entries).sort((a, b) => (a.path < b.path ? -1 : 1));
  const records = sorted.map((entry, index) => record(entry, index + 1));
  return padded(Buffer.concat([...records, trailer()]), archiveAlignment);
}

/** The archives of an image follow each other; the kernel expects each to begin at a multiple of four. */
const archiveAlignment = 512;

const typeBits = { file: 0o100000, directory: 0o040000, link: 0o120000, character: 0o020000 } as const;

/** The kernel does not create parent directories itself. */
function withParents(entries: readonly CpioEntry[]): CpioEntry[] {
  const byPath = new Map<string, CpioEntry>();
  for (const entry of entries) {
    if (entry.path.startsWith('/') || entry.path.endsWith('/'))
      throw new Error(`cpio: "${entry.path}" is not a relative path`);
    if (byPath.has(entry.path)) throw new Error(`cpio: "${entry.path}" appears twice`);
    byPath.set(entry.path, entry);
  }
  for (const { path } of entries)
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const parent = path.slice(0, at);
      if (!byPath.has(parent)) byPath.set(parent, { kind: 'directory', path: parent, mode: 0o755 });
    }
  return [...byPath.values()];
}

function record(entry: CpioEntry, inode: number): Buffer {
  const data =
    entry.kind === 'file' ? entry.data : entry.kind === 'link' ? Buffer.from(entry.target) : Buffer.alloc(0);
  const mode = typeBits[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode);
  const [major, minor] = entry.kind === 'character' ? [entry.major, entry.minor] : [0, 0];
  return Buffer.concat([
    header(entry.path, { inode, mode, size: data.length, major, minor }),
    padded(data, 4),
  ]);
}

function trailer(): Buffer {
  return header('TRAILER!!!', { inode: 0, mode: 0, size: 0, major: 0, minor: 0 });
}

interface HeaderFields {
  inode: number;
  mode: number;
  size: number;
  /** The device number of a node; 0 for other entries. */
  major: number;
  minor: number;
}

function header(path: string, { inode, mode, size, major, minor }: HeaderFields): Buffer {
  const name = Buffer.from(`${path}\0`);
  const owner = [0, 0];
  const links = 1;
  const mtime = 0;
  const heldOn = [0, 0];
  const checksum = 0;
  const fields = [inode, mode, ...owner, links, mtime, size, ...heldOn, major, minor, name.length, checksum];
  const hex = fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  return padded(Buffer.concat([Buffer.from(`070701${hex}`), name]), 4);
}

function padded(bytes: Uint8Array, alignment: number): Buffer {
  const missing = (alignment - (bytes.length % alignment)) % alignment;
  return Buffer.concat([bytes, Buffer.alloc(missing)]);
}
