/** One line that the kernel printed. */
export interface KernelLine {
  text: string;
  /** The task or CPU that printed it ("T12", "C0"); only with CONFIG_PRINTK_CALLER. */
  caller: string | undefined;
}

/**
 * The kernel's own lines of a console log. If the kernel prints times, text without a time was written by a program,
 * even if it stands before the kernel's text in the same line.
 */
export function kernelLines(log: string): KernelLine[] {
  const lines = log.replaceAll(escapes, '').split(/[\r\n]+/);
  const stamped = lines.flatMap((line) => {
    const match = stamp.exec(line);
    return match === null ? [] : [{ text: match[2] ?? '', caller: match[1] }];
  });
  if (stamped.length > 0) return stamped;
  return lines.map((text) => ({ text, caller: undefined }));
}

/** Colours and cursor movements of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const escapes = /\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>c]|\0/g;

const stamp = /\[ *\d+\.\d{6}\](?:\[ *([TC]\d+)\])? ?(.*)$/;
