import { describe, expect, it } from "vitest";
import { pointAt } from "./curve";
import { type LinePoint, meanLine, smooth, unitOf } from "./smoothing";

const line = (values: readonly (number | null)[], spacing = 1): LinePoint[] => values.map((y, index) => ({ x: index * spacing, y }));
const ys = (points: readonly LinePoint[]) => points.map((point) => point.y);

describe("smooth", () => {
  it("leaves a constant as it is, from its first value on", () => {
    for (const y of ys(smooth(line([3, 3, 3, 3]), 0.9, 1))) {
      expect(y).toBeCloseTo(3, 12);
    }
  });

  it("is the weighted mean of what came before", () => {
    const [, second, third] = ys(smooth(line([1, 2, 4]), 0.5, 1));
    expect(second).toBeCloseTo((0.5 * 1 + 2) / 1.5, 12);
    expect(third).toBeCloseTo((0.25 * 1 + 0.5 * 2 + 4) / 1.75, 12);
  });

  it("forgets with steps and not with points: half as many points are smoothed alike", () => {
    const dense = smooth(
      Array.from({ length: 2001 }, (_, x) => ({ x, y: x })),
      0.9,
      2,
    );
    const sparse = smooth(
      Array.from({ length: 1001 }, (_, x) => ({ x: 2 * x, y: 2 * x })),
      0.9,
      2,
    );
    const lag = (points: readonly LinePoint[]) => 2000 - Number(points.at(-1)?.y);
    expect(Math.abs(lag(dense) - lag(sparse))).toBeLessThan(2);
    expect(lag(dense)).toBeGreaterThan(10);
  });

  it("keeps breaks, and isn't poisoned by them", () => {
    const smoothed = ys(smooth(line([1, null, 1]), 0.9, 1));
    expect(smoothed[1]).toBeNull();
    expect(smoothed[2]).toBeCloseTo(1, 12);
  });

  it("does nothing at zero, and survives one, a span of nothing and an empty line", () => {
    const raw = line([1, 5]);
    expect(smooth(raw, 0, 10)).toBe(raw);
    expect(smooth(raw, 0.5, 0)).toBe(raw);
    expect(smooth([], 0.5, 10)).toEqual([]);
    expect(ys(smooth(raw, 1, 10)).every((y) => y !== null && Number.isFinite(y))).toBe(true);
  });
});

it("breaks a line at NaN", () => {
  expect(meanLine([pointAt(1, 2), pointAt(2, Number.NaN)])).toEqual([
    { x: 1, y: 2 },
    { x: 2, y: null },
  ]);
});

it("smooths short curves too, and long ones by a thousandth of what is shown", () => {
  const points = (count: number) => Array.from({ length: count }, (_, step) => pointAt(step, 1));
  expect(unitOf(40, [points(5), points(2)])).toBe(10);
  expect(unitOf(5000, [points(5001)])).toBe(5);
  expect(unitOf(1, [])).toBe(1);
});
