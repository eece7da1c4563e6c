import { type Bucket, type Curve, middle } from "./curve";
import { clippedExtent, extentOf } from "./outliers";
import { type Extent, padded, type Scale, type ScaleKind, scaleOf } from "./scale";
import type { Curves, SeriesStyle } from "./series";
import { type LinePoint, meanLine, smooth, unitOf } from "./smoothing";

export interface ChartSettings {
  readonly scale: ScaleKind;
  readonly smoothing: number;
  readonly clipOutliers: boolean;
  /** The steps to show; default: from the first to the last. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Show only this many last steps. */
  readonly lastSteps?: number | undefined;
}

export interface DrawnSeries {
  readonly style: SeriesStyle;
  readonly curve: Curve;
  readonly line: readonly LinePoint[];
  /** The unsmoothed curve, drawn faintly behind. */
  readonly raw: readonly LinePoint[] | null;
  readonly hasBand: boolean;
}

/** Everything a chart shows, computed before drawing. */
export interface ChartModel {
  readonly x: Scale;
  readonly y: Scale;
  readonly series: readonly DrawnSeries[];
  /** Notes on values that are omitted or summarised. */
  readonly notes: readonly string[];
}

/** Null if nothing can be plotted. */
export function chartModel(styles: readonly SeriesStyle[], curves: Curves, settings: ChartSettings): ChartModel | null {
  const all = styles.map((style) => ({ style, curve: curves.get(style.id) ?? [] }));
  const steps = stepExtent(all.map(({ curve }) => curve));
  if (steps === null) {
    return null;
  }
  const from = settings.lastSteps === undefined ? settings.from : steps.max - settings.lastSteps + 1;
  const span = { min: from ?? steps.min, max: settings.to ?? steps.max };
  const shown = all
    .map(({ style, curve }) => ({ style, curve: within(curve, { from, to: settings.to }) }))
    .filter(({ curve }) => curve.length > 0);
  const x = scaleOf("linear", span.max > span.min ? span : padded("linear", { min: span.min, max: span.min }));
  const unit = unitOf(
    x.extent.max - x.extent.min,
    shown.map(({ curve }) => curve),
  );
  const series = shown.map(({ style, curve }) => drawn(style, curve, settings.smoothing, unit));
  const values = valuesOf(series);
  const placed = settings.scale === "log" ? values.filter((value) => value > 0) : values;
  const clipped = settings.clipOutliers ? clippedExtent(placed) : null;
  const extent = clipped?.extent ?? extentOf(placed) ?? { min: 1, max: 10 };
  const notes = [
    ...(clipped && clipped.outside > 0 ? [`clipped to 1–99 %: ${clipped.outside} of ${placed.length} values outside`] : []),
    ...(settings.scale === "log" ? notOnLog(series) : []),
    ...nonFinite(series),
    ...(series.some(({ hasBand }) => hasBand) && !bandsShown(series) ? ["min–max bands not drawn: too many curves"] : []),
  ];
  return { x, y: scaleOf(settings.scale, padded(settings.scale, extent)), series, notes };
}

/** Bands of many curves would cover each other. */
export function bandsShown(series: readonly DrawnSeries[]): boolean {
  return series.length <= 12;
}

/** The buckets between two steps, plus one on each side so that lines reach the edge. */
export function within(curve: Curve, { from, to }: Pick<ChartSettings, "from" | "to">): Curve {
  const first = from === undefined ? 0 : curve.findIndex((bucket) => bucket.to >= from);
  if (first < 0) {
    return [];
  }
  const behind = to === undefined ? -1 : curve.findIndex((bucket) => bucket.from > to);
  return curve.slice(Math.max(0, first - 1), behind < 0 ? undefined : behind + 1);
}

function stepExtent(curves: readonly Curve[]): Extent | null {
  return extentOf(curves.flatMap((curve) => [curve[0]?.from, curve.at(-1)?.to].filter((step) => step !== undefined)));
}

function drawn(style: SeriesStyle, curve: Curve, smoothing: number, unit: number): DrawnSeries {
  const raw = meanLine(curve);
  const hasBand = curve.some((bucket) => bucket.count > 1);
  return smoothing > 0
    ? { style, curve, line: smooth(raw, smoothing, unit), raw, hasBand }
    : { style, curve, line: raw, raw: null, hasBand };
}

// Loops here and below, not flatMap: a chart of fifty live curves has tens of thousands of buckets in every frame.
function valuesOf(series: readonly DrawnSeries[]): readonly number[] {
  const values: number[] = [];
  for (const { curve } of series) {
    for (const { min, max } of curve) {
      if (min !== null && max !== null) {
        values.push(min);
        if (max !== min) {
          values.push(max);
        }
      }
    }
  }
  return values;
}

function notOnLog(series: readonly DrawnSeries[]): readonly string[] {
  const buckets = series.flatMap(({ curve }) => curve.filter(({ min }) => min !== null && min <= 0));
  const exact = buckets.every((bucket) => bucket.count === 1);
  return buckets.length === 0 ? [] : [`${exact ? "" : "at least "}${counted(buckets.length, "value")} ≤ 0 can't be shown on a log scale`];
}

function nonFinite(series: readonly DrawnSeries[]): readonly string[] {
  const total = (of: (bucket: Bucket) => number) =>
    series.reduce((sum, { curve }) => sum + curve.reduce((more, bucket) => more + of(bucket), 0), 0);
  const nans = total((bucket) => bucket.nans);
  const infinities = total((bucket) => bucket.infinities);
  return [...(nans > 0 ? [`✗ ${nans} NaN`] : []), ...(infinities > 0 ? [`▲ ${counted(infinities, "infinite value")}`] : [])];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export interface Mark {
  readonly x: number;
  readonly kind: "nan" | "infinite";
}

/** The positions of values that can't be drawn. */
export function marksOf(curve: Curve): readonly Mark[] {
  const marks: Mark[] = [];
  for (const bucket of curve) {
    if (bucket.nans > 0) {
      marks.push({ x: middle(bucket), kind: "nan" });
    }
    if (bucket.infinities > 0) {
      marks.push({ x: middle(bucket), kind: "infinite" });
    }
  }
  return marks;
}
