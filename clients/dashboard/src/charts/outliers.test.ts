import { describe, expect, it } from "vitest";
import { clippedExtent, extentOf, quantile } from "./outliers";

describe("outliers", () => {
  it("are left out of the extent, and counted", () => {
    const values = [...Array.from({ length: 998 }, (_, index) => index / 998), 1e9, -1e9];
    const clipped = clippedExtent(values);
    expect(clipped?.extent.max).toBeLessThan(1);
    expect(clipped?.extent.min).toBeGreaterThanOrEqual(0);
    expect(clipped?.outside).toBe(20);
  });

  it("aren't found where there are no values, or only one", () => {
    expect(clippedExtent([])).toBeNull();
    expect(clippedExtent([4])).toEqual({ extent: { min: 4, max: 4 }, outside: 0 });
  });
});

it("interpolates between values", () => {
  expect(quantile(Float64Array.of(0, 10), 0.25)).toBe(2.5);
});

it("has no extent without values, and takes more of them than a call has arguments", () => {
  expect(extentOf([])).toBeNull();
  expect(extentOf(Array.from({ length: 300_000 }, (_, index) => index))).toEqual({ min: 0, max: 299_999 });
});
