import type { Extent } from "./scale";

/** Whole steps between two, the lower first; null when there is nothing between. */
export function stepsBetween(one: number, other: number): Extent | null {
  const min = Math.round(Math.min(one, other));
  const max = Math.round(Math.max(one, other));
  return max > min ? { min, max } : null;
}

/** A part of an extent, or one as many times as wide, around a step that stays where it is. */
export function zoomAround({ min, max }: Extent, step: number, factor: number): Extent | null {
  return stepsBetween(step - (step - min) * factor, step + (max - step) * factor);
}
