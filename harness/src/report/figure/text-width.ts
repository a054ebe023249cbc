/** The width in pixels in DejaVu Sans. Vega's guess without a canvas (0.8 em a letter) is a third too wide. */
export function textWidth(text: string, fontSize: number): number {
  return Array.from(text).reduce((sum, letter) => sum + letterWidth(letter), 0) * fontSize;
}

function letterWidth(letter: string): number {
  if (/[ijl.,:;'|·! ()[\]ftrI/-]/.test(letter)) return 0.36;
  if (/[mwMW%@—×=+]/.test(letter)) return 0.88;
  return /[A-Z]/.test(letter) ? 0.69 : 0.61;
}
