import { describe, expect, it } from "vitest";
import { type Bucket, type Curve, pointAt } from "./curve";
import { chartModel, type ChartSettings, marksOf, within } from "./model";
import { seriesId, seriesOf } from "./series";

const styles = seriesOf([{ runId: "a", label: "first", color: "#fff" }], ["loss"]);
const settings: ChartSettings = { scale: "linear", smoothing: 0, clipOutliers: false };
const curves = (curve: Curve) => new Map([[seriesId("a", "loss"), curve]]);
const points = (...values: number[]): Curve => values.map((value, step) => pointAt(step, value));
const bucket = (from: number, to: number, min: number, max: number): Bucket => ({
  from,
  to,
  min,
  max,
  mean: (min + max) / 2,
  last: max,
  count: 9,
  nans: 0,
  infinities: 0,
});

describe("a chart", () => {
  it("shows nothing where nothing was logged", () => {
    expect(chartModel(styles, new Map(), settings)).toBeNull();
    expect(chartModel(styles, curves([]), settings)).toBeNull();
  });

  it("reaches from the first step to the last, and around the extremes of buckets", () => {
    const model = chartModel(styles, curves([bucket(0, 63, 1, 9), bucket(64, 127, 2, 5)]), settings);
    expect(model?.x.extent).toEqual({ min: 0, max: 127 });
    expect(model?.y.position(9)).toBeLessThan(1);
    expect(model?.y.position(1)).toBeGreaterThan(0);
    expect(model?.series[0]?.hasBand).toBe(true);
  });

  it("has a scale when all there is can't be drawn", () => {
    const model = chartModel(styles, curves(points(Number.NaN, Number.POSITIVE_INFINITY)), settings);
    expect(model?.y.position(5)).not.toBeNaN();
    expect(model?.notes).toEqual(["✗ 1 NaN", "▲ 1 infinite value"]);
  });

  it("says what a logarithmic scale leaves out", () => {
    const model = chartModel(styles, curves(points(10, 0, -5, 1)), { ...settings, scale: "log" });
    expect(model?.y.extent.min).toBeGreaterThan(0);
    expect(model?.y.position(1)).toBeGreaterThan(0);
    expect(model?.notes).toEqual(["2 values ≤ 0 can't be shown on a log scale"]);
  });

  it("doesn't claim to know how many of a bucket's values are at or below zero", () => {
    const model = chartModel(styles, curves([bucket(0, 9, -1, 3)]), { ...settings, scale: "log" });
    expect(model?.notes).toEqual(["at least 1 value ≤ 0 can't be shown on a log scale"]);
  });

  it("says what was clipped", () => {
    const spiky = points(...Array.from({ length: 300 }, (_, index) => (index === 150 ? 1e6 : Math.sin(index))));
    expect(chartModel(styles, curves(spiky), settings)?.y.extent.max).toBeGreaterThan(1e6);
    const clipped = chartModel(styles, curves(spiky), { ...settings, clipOutliers: true });
    expect(clipped?.y.extent.max).toBeLessThan(1.2);
    expect(clipped?.notes[0]).toMatch(/^clipped to 1–99 %: \d+ of 300 values outside$/);
  });

  it("keeps what was smoothed", () => {
    const series = chartModel(styles, curves(points(1, 5, 1)), { ...settings, smoothing: 0.9 })?.series[0];
    expect(series?.raw?.map(({ y }) => y)).toEqual([1, 5, 1]);
    expect(series?.line[1]?.y).toBeLessThan(5);
  });

  it("draws a smoothed curve alike at any zoom, and whatever is beside it", () => {
    const two = seriesOf(
      [
        { runId: "a", label: "first", color: "#fff" },
        { runId: "b", label: "second", color: "#fff" },
      ],
      ["loss"],
    );
    const short = points(...Array.from({ length: 60 }, (_, step) => 2 - step / 60 + (step % 5) / 10));
    const long = points(...Array.from({ length: 5000 }, (_, step) => Math.sin(step)));
    const smoothed = { ...settings, smoothing: 0.9 };
    const alone = chartModel(styles, curves(short), smoothed)?.series[0]?.line ?? [];
    const beside = chartModel(two, new Map([...curves(short), [seriesId("b", "loss"), long]]), smoothed)?.series[0]?.line;
    expect(beside).toEqual(alone);
    const zoomed = chartModel(styles, curves(short), { ...smoothed, from: 40, to: 50 })?.series[0]?.line;
    expect(zoomed).toEqual(alone.slice(39, 52));
  });

  it("shows so many steps before the last of any curve", () => {
    const two = seriesOf(
      [
        { runId: "a", label: "first", color: "#fff" },
        { runId: "b", label: "second", color: "#fff" },
      ],
      ["loss"],
    );
    const both = new Map([...curves(points(...Array.from({ length: 500 }, () => 1))), [seriesId("b", "loss"), points(1, 2)]]);
    const model = chartModel(two, both, { ...settings, lastSteps: 100 });
    expect(model?.x.extent).toEqual({ min: 400, max: 499 });
    expect(model?.series.map(({ style }) => style.runId)).toEqual(["a"]);
  });

  it("can be zoomed to where there is nothing", () => {
    expect(chartModel(styles, curves(points(1, 2)), { ...settings, from: 50, to: 60 })?.series).toEqual([]);
  });
});

it("keeps a neighbour on each side of a range, so that lines go to the edge", () => {
  expect(within(points(0, 1, 2, 3, 4, 5), { from: 2, to: 3 }).map(({ from }) => from)).toEqual([1, 2, 3, 4]);
});

it("marks NaN and infinities, also in a bucket that has both", () => {
  expect(marksOf([{ ...bucket(0, 10, 1, 2), nans: 3, infinities: 1 }, pointAt(11, 1)])).toEqual([
    { x: 5, kind: "nan" },
    { x: 5, kind: "infinite" },
  ]);
});
