import type { ChartModel } from "./model";

/** Size of the chart in pixels, and the device pixels per pixel. */
export interface Size {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** The rectangle inside the axes. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function areaOf({ width, height }: Pick<Size, "width" | "height">): Area {
  const left = 58;
  const top = 8;
  return { left, top, width: Math.max(1, width - left - 10), height: Math.max(1, height - top - 24) };
}

export function xOf({ x }: ChartModel, area: Area, step: number): number {
  return area.left + x.position(step) * area.width;
}

/** NaN for a value without a position. Clamped near the chart, because a canvas can't draw to 10³⁰⁰. */
export function yOf({ y }: ChartModel, area: Area, value: number): number {
  const position = Math.min(Math.max(y.position(value), -10), 11);
  return area.top + (1 - position) * area.height;
}

export function stepAt({ x }: ChartModel, area: Area, pixel: number): number {
  return x.value(Math.min(Math.max((pixel - area.left) / area.width, 0), 1));
}
