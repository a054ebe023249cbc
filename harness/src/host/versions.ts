import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkoutRoot } from './cache.ts';
import { Failure } from './failure.ts';

const pinSchema = z.strictObject({
  version: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
});
export type Pin = z.infer<typeof pinSchema>;

/** The pinned version of a package. Results are comparable only with equal pins; harness/versions.json holds them. */
export function pinOf(name: string, file = pinFile()): Pin {
  const pins = readPins(file);
  const pin = pins[name];
  if (pin !== undefined) return pin;
  throw new Failure('usage', `${file} pins no ${name}`, {
    next: `it pins ${Object.keys(pins).join(', ')}; add ${name} with its version and sha256`,
  });
}

/** Every pin, by its package's name. */
export function readPins(file = pinFile()): Record<string, Pin> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Failure('usage', `${file} cannot be read: ${(cause as Error).message}`, {
      next: whatWouldDo,
      cause,
    });
  }
  const pins = z.record(z.string(), pinSchema).safeParse(parsed);
  if (pins.success) return pins.data;
  throw new Failure('usage', `${file} is wrong: ${z.prettifyError(pins.error)}`, { next: whatWouldDo });
}

export function pinFile(): string {
  return join(checkoutRoot(), 'harness/versions.json');
}

const whatWouldDo = 'correct it, or restore its last committed state with git';
