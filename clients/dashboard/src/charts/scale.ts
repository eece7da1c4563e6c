export type ScaleKind = "linear" | "log";

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Maps values to positions from 0 (minimum) to 1 (maximum), and back. */
export interface Scale {
  readonly kind: ScaleKind;
  readonly extent: Extent;
  /** NaN for a value without a position: zero and below on a log scale. */
  position(value: number): number;
  value(position: number): number;
}

export function scaleOf(kind: ScaleKind, extent: Extent): Scale {
  return kind === "log" ? logarithmic(extent) : linear(extent);
}

/** Widens an extent of a single value, and adds a margin to others. */
export function padded(kind: ScaleKind, { min, max }: Extent): Extent {
  if (kind === "log") {
    const air = min === max ? 2 : (max / min) ** 0.04;
    return { min: min / air, max: max * air };
  }
  const air = min === max ? Math.abs(min) * 0.1 || 1 : (max - min) * 0.04;
  return { min: min - air, max: max + air };
}

function linear(extent: Extent): Scale {
  const { min, max } = extent;
  const width = max - min || 1;
  return { kind: "linear", extent, position: (value) => (value - min) / width, value: (position) => min + position * width };
}

function logarithmic(extent: Extent): Scale {
  const low = Math.log10(extent.min);
  const width = Math.log10(extent.max) - low || 1;
  return {
    kind: "log",
    extent,
    position: (value) => (value > 0 ? (Math.log10(value) - low) / width : Number.NaN),
    value: (position) => 10 ** (low + position * width),
  };
}
