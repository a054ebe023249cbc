import { delimiter } from 'node:path';

/** Folders of bpftool, depmod and others, which are not in the PATH of an ordinary user of Debian. */
const sbin = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The PATH for the harness's tools: the user's own, then the folders of system tools. */
export function withSystemTools(path = ''): string {
  const own = path.split(delimiter).filter((folder) => folder !== '');
  return [...own, ...sbin.filter((folder) => !own.includes(folder))].join(delimiter);
}
