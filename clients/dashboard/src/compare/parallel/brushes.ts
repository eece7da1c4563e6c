/** The part of an axis that runs must be in, from 0 to 1. */
export interface Brush {
  readonly from: number;
  readonly to: number;
}

export type Brushes = Readonly<Record<string, Brush>>;

/** Brushes in an address: `params.lr~0.2~0.8`. What makes no sense is left out. */
export function readBrushes(texts: readonly string[]): Brushes {
  return Object.fromEntries(
    texts.flatMap((text) => {
      const [, name, low, high] = /^(.+)~([\d.]+)~([\d.]+)$/.exec(text) ?? [];
      const [from, to] = [Number(low), Number(high)];
      return name !== undefined && from >= 0 && to <= 1 && from <= to ? [[name, { from, to }] as const] : [];
    }),
  );
}

export const brushTexts = (brushes: Brushes): readonly string[] =>
  Object.entries(brushes)
    .filter(([, { from, to }]) => from > 0 || to < 1)
    .map(([name, { from, to }]) => `${name}~${short(from)}~${short(to)}`);

/** Whether a place is within a brush; what has no place is within none. */
export const within = (place: number | undefined, brush: Brush | undefined): boolean =>
  brush === undefined || (place !== undefined && place >= brush.from - margin && place <= brush.to + margin);

// What an address says is rounded.
const margin = 5e-4;
const short = (value: number): string => String(Number(value.toFixed(3)));
