import { describe, expect, it } from "vitest";
import { curveOf, middle, pointAt } from "./curve";

describe("curveOf", () => {
  it("reads values that JSON has no numbers for", () => {
    const curve = curveOf({
      points: [
        { step: 1, value: 2.5 },
        { step: 2, value: "NaN" },
        { step: 3, value: "-Infinity" },
      ],
    });
    expect(curve.map((bucket) => bucket.mean)).toEqual([2.5, null, null]);
    expect(curve.map((bucket) => [bucket.nans, bucket.infinities])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(curve[2]?.last).toBe(Number.NEGATIVE_INFINITY);
  });

  it("keeps the last of several values at one step", () => {
    const curve = curveOf({
      points: [
        { step: 1, value: 1 },
        { step: 2, value: 5 },
        { step: 2, value: 6 },
      ],
    });
    expect(curve.map((bucket) => [bucket.from, bucket.mean])).toEqual([
      [1, 1],
      [2, 6],
    ]);
  });

  it("reads buckets without finite values as breaks", () => {
    const bucket = {
      from_step: 0,
      to_step: 63,
      min: null,
      max: null,
      mean: null,
      last: "NaN",
      count: 64,
      nan_count: 64,
      infinite_count: 0,
    };
    expect(curveOf({ buckets: [bucket] })).toEqual([
      { from: 0, to: 63, min: null, max: null, mean: null, last: Number.NaN, count: 64, nans: 64, infinities: 0 },
    ]);
  });

  it("is empty when nothing was logged", () => {
    expect(curveOf({ points: [], buckets: null })).toEqual([]);
  });
});

it("draws a bucket in its middle and a point at its step", () => {
  expect(middle({ ...pointAt(10, 1), to: 20 })).toBe(15);
  expect(middle(pointAt(7, 1))).toBe(7);
});
