import type { Extent } from "./scale";

/** An extent of whole steps between two positions; null if it is empty. */
export function stepsBetween(a: number, b: number): Extent | null {
  const min = Math.round(Math.min(a, b));
  const max = Math.round(Math.max(a, b));
  return max > min ? { min, max } : null;
}

/** Scales an extent by a factor around a fixed step. */
export function zoomAround({ min, max }: Extent, step: number, factor: number): Extent | null {
  return stepsBetween(step - (step - min) * factor, step + (max - step) * factor);
}
