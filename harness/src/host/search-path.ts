import { delimiter } from 'node:path';

/** Debian keeps bpftool, depmod and others there, and leaves these folders out of an ordinary user's PATH. */
const sbin = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The PATH that our tools are searched by: the user's own, and then the folders of system tools. */
export function withSystemTools(path = ''): string {
  const own = path.split(delimiter).filter((folder) => folder !== '');
  return [...own, ...sbin.filter((folder) => !own.includes(folder))].join(delimiter);
}
