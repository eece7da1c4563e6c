import { type Bucket, type Curve, middle } from "./curve";
import { clippedExtent, extentOf } from "./outliers";
import { type Extent, padded, type Scale, type ScaleKind, scaleOf } from "./scale";
import type { Curves, SeriesStyle } from "./series";
import { type LinePoint, meanLine, smooth } from "./smoothing";

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

type StepRange = Pick<ChartSettings, "from" | "to">;

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
  const series = all
    .map(({ style, curve }) => drawn(style, curve, settings.smoothing, { from, to: settings.to }))
    .filter(({ curve }) => curve.length > 0);
  const x = scaleOf("linear", span.max > span.min ? span : padded("linear", { min: span.min, max: span.min }));
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

/** The first place and the place after the last of the buckets between two steps, plus one on each side so that lines reach the edge. */
function placesWithin(curve: Curve, { from, to }: StepRange): readonly [number, number] {
  const first = from === undefined ? 0 : curve.findIndex((bucket) => bucket.to >= from);
  if (first < 0) {
    return [0, 0];
  }
  const behind = to === undefined ? -1 : curve.findIndex((bucket) => bucket.from > to);
  return [Math.max(0, first - 1), behind < 0 ? curve.length : behind + 1];
}

export const within = (curve: Curve, range: StepRange): Curve => curve.slice(...placesWithin(curve, range));

function stepExtent(curves: readonly Curve[]): Extent | null {
  return extentOf(curves.flatMap((curve) => [curve[0]?.from, curve.at(-1)?.to].filter((step) => step !== undefined)));
}

/** Smooths before it cuts, so that a zoom does not change the line. */
function drawn(style: SeriesStyle, whole: Curve, smoothing: number, range: StepRange): DrawnSeries {
  const places = placesWithin(whole, range);
  const curve = whole.slice(...places);
  const raw = meanLine(curve);
  const hasBand = curve.some((bucket) => bucket.count > 1);
  return smoothing > 0
    ? { style, curve, line: smooth(whole, smoothing).slice(...places), raw, hasBand }
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
