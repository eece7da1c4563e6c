/** The selected range of an axis, from 0 to 1. */
export interface Brush {
  readonly from: number;
  readonly to: number;
}

export type Brushes = Readonly<Record<string, Brush>>;

/** Parses brushes of a URL: `params.lr~0.2~0.8`. Invalid ones are skipped. */
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

/** Whether a position is within a brush; a missing position never is. */
export const within = (place: number | undefined, brush: Brush | undefined): boolean =>
  brush === undefined || (place !== undefined && place >= brush.from - margin && place <= brush.to + margin);

// Tolerance, because URLs hold rounded values.
const margin = 5e-4;
const short = (value: number): string => String(Number(value.toFixed(3)));
