import { type Look, shapes } from '../workload/variant/look.ts';
import { familyOf } from '../workload/variant/variants.ts';

/** A colour on light and on dark ground. Tints differ in lightness too, for grey print and colour blindness. */
export interface Tint {
  light: string;
  dark: string;
}

/** The look of a variant in every figure of every run. */
export interface VariantStyle {
  tint: Tint;
  dash: readonly number[];
  shape: Look['shape'];
}

/** Colours of everything except data. */
export const inks = {
  paper: { light: '#ffffff', dark: '#12161b' },
  text: { light: '#1c2126', dark: '#e7ebef' },
  muted: { light: '#646c75', dark: '#97a1ab' },
  axis: { light: '#a9b0b7', dark: '#4d565f' },
  grid: { light: '#e8ebee', dark: '#252b32' },
} as const satisfies Record<string, Tint>;

const hues = {
  slate: { light: '#4c5661', dark: '#a7b2bd' },
  vermilion: { light: '#c4500a', dark: '#ff8f4d' },
  blue: { light: '#0068b0', dark: '#56aef2' },
  purple: { light: '#a2378f', dark: '#e58ad6' },
  green: { light: '#00795a', dark: '#33c79f' },
  ochre: { light: '#8f6b00', dark: '#e3b93c' },
  indigo: { light: '#3b2f96', dark: '#a49bf5' },
  wine: { light: '#8a1f4d', dark: '#f08cb4' },
  moss: { light: '#567300', dark: '#b3cc4b' },
} as const satisfies Record<Look['hue'], Tint>;

const dashes: Readonly<Record<Look['line'], readonly number[]>> = {
  solid: [],
  dashed: [5, 3],
  dotted: [1.5, 2.5],
};

/** Looks for variants without their own look, by their index among those of a run. */
const spare: readonly Tint[] = [hues.indigo, hues.moss, hues.wine, hues.green, hues.vermilion, hues.blue];

export function stylesOf(variants: Iterable<string>): Map<string, VariantStyle> {
  const names = [...new Set(variants)];
  const unlisted = names.filter((name) => lookOf(name) === undefined).sort();
  return new Map(
    names.map((name) => {
      const look = lookOf(name);
      return [name, look === undefined ? spareStyle(unlisted.indexOf(name)) : styleOf(look)];
    }),
  );
}

const lookOf = (name: string) => familyOf(name)?.variants[name]?.look;

const styleOf = ({ hue, line, shape }: Look): VariantStyle => ({
  tint: hues[hue],
  dash: dashes[line],
  shape,
});

function spareStyle(place: number): VariantStyle {
  return {
    tint: spare[place % spare.length] ?? hues.slate,
    dash: place < spare.length ? dashes.solid : dashes.dashed,
    shape: shapes[place % shapes.length] ?? 'circle',
  };
}

/** Colours for the parts of a whole, the largest part first; further parts are grey. */
export const partTints: readonly Tint[] = [
  hues.blue,
  hues.vermilion,
  hues.green,
  hues.ochre,
  hues.purple,
  hues.indigo,
  hues.moss,
  hues.wine,
];
export const otherTint: Tint = hues.slate;

/** All colours of figures; theme.ts makes its dark rules from them. */
export const tints: readonly Tint[] = [...Object.values(inks), ...Object.values(hues)];
