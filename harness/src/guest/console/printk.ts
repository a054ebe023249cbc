/** One line that the kernel said. */
export interface KernelLine {
  text: string;
  /** The task or CPU that said it ("T12", "C0"), if the kernel was built to tell. */
  caller: string | undefined;
}

/**
 * The kernel's own lines of a console log. Where its lines carry a time, what carries none was written by a
 * program, even if it stands before the kernel's words in the same line.
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
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what an escape sequence is made of
const escapes = /\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>c]|\0/g;

const stamp = /\[ *\d+\.\d{6}\](?:\[ *([TC]\d+)\])? ?(.*)$/;
