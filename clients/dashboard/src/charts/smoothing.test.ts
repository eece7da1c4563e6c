import { describe, expect, it } from "vitest";
import { type Bucket, type Curve, pointAt } from "./curve";
import { type LinePoint, meanLine, smooth, warmUpValues } from "./smoothing";

const logged = (values: readonly number[], spacing = 1): Curve => values.map((value, index) => pointAt(index * spacing, value));
const ys = (points: readonly LinePoint[]) => points.map((point) => point.y);

function inBuckets(curve: Curve, size: number): Curve {
  const buckets: Bucket[] = [];
  for (let first = 0; first < curve.length; first += size) {
    const part = curve.slice(first, first + size);
    const values = part.flatMap(({ mean }) => mean ?? []);
    buckets.push({
      ...pointAt(part[0]?.from ?? 0, 0),
      to: part.at(-1)?.to ?? 0,
      mean: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      min: values.length === 0 ? null : Math.min(...values),
      max: values.length === 0 ? null : Math.max(...values),
      last: part.at(-1)?.last ?? Number.NaN,
      count: part.length,
      nans: part.length - values.length,
    });
  }
  return buckets;
}

/** TensorBoard's definition, value by value. */
function tensorBoard(values: readonly number[], weight: number): number[] {
  let last = 0;
  return values.map((value, index) => {
    last = last * weight + (1 - weight) * value;
    return last / (1 - weight ** (index + 1));
  });
}

/** A falling loss with noise, the same in every run of the tests. */
const loss = Array.from({ length: 4000 }, (_, step) => 3 * Math.exp(-step / 900) + 0.4 + 0.15 * Math.sin(step * 12.9898));

describe("smooth", () => {
  it("is TensorBoard's", () => {
    expect(ys(smooth(logged([1, 2, 4]), 0.5)).map((y) => y?.toFixed(9))).toEqual(["1.000000000", "1.666666667", "3.000000000"]);
    expect(smooth(logged([4, 3, 2.5, 2.4, 2.2]), 0.6).at(-1)?.y).toBeCloseTo(2.47502, 5);
    const expected = tensorBoard(loss, 0.9);
    for (const [index, y] of ys(smooth(logged(loss), 0.9)).entries()) {
      expect(y).toBeCloseTo(expected[index] ?? Number.NaN, 9);
    }
  });

  it("leaves a constant as it is, from its first value on", () => {
    for (const y of ys(smooth(logged([3, 3, 3, 3]), 0.9))) {
      expect(y).toBeCloseTo(3, 12);
    }
  });

  it("does not depend on how far apart the steps are", () => {
    expect(ys(smooth(logged(loss, 50), 0.9))).toEqual(ys(smooth(logged(loss), 0.9)));
  });

  it.each([0.5, 0.9, 0.97, 0.99])("differs by less than the widest bucket, at %d", (smoothing) => {
    const exact = ys(smooth(logged(loss), smoothing));
    for (const size of [2, 5, 20, 80, 400]) {
      const buckets = inBuckets(logged(loss), size);
      const widest = Math.max(...buckets.map(({ min, max }) => (max ?? 0) - (min ?? 0)));
      const differences = smooth(buckets, smoothing).map(({ x, y }) => Math.abs((y ?? Number.NaN) - (exact[x] ?? Number.NaN)));
      expect(Math.max(...differences)).toBeLessThan(widest);
    }
  });

  it("differs by less than 1 % of the curve's height in buckets of a tenth of the values that it averages", () => {
    const exact = smooth(logged(loss), 0.99).at(-1)?.y ?? Number.NaN;
    const summarised = smooth(inBuckets(logged(loss), 10), 0.99).at(-1)?.y ?? Number.NaN;
    expect(Math.abs(exact - summarised)).toBeLessThan(0.01 * (Math.max(...loss) - Math.min(...loss)));
  });

  it("keeps breaks, and isn't poisoned by them", () => {
    const smoothed = ys(smooth(logged([1, Number.NaN, Number.POSITIVE_INFINITY, 1]), 0.9));
    expect(smoothed.slice(1, 3)).toEqual([null, null]);
    expect(smoothed[3]).toBeCloseTo(1, 12);
  });

  it("does nothing at zero, and survives one and an empty curve", () => {
    const curve = logged([1, 5]);
    expect(smooth(curve, 0)).toEqual(meanLine(curve));
    expect(smooth([], 0.5)).toEqual([]);
    expect(ys(smooth(curve, 1)).every((y) => y !== null && Number.isFinite(y))).toBe(true);
  });

  it("needs no more than the values read before a zoomed part", () => {
    const whole = smooth(logged(loss), 0.99).at(-1)?.y ?? Number.NaN;
    const part = smooth(logged(loss.slice(-1 - warmUpValues)), 0.99).at(-1)?.y ?? Number.NaN;
    expect(Math.abs(whole - part)).toBeLessThan(0.01 * (Math.max(...loss) - Math.min(...loss)));
  });
});

it("breaks a line at NaN", () => {
  expect(meanLine([pointAt(1, 2), pointAt(2, Number.NaN)])).toEqual([
    { x: 1, y: 2 },
    { x: 2, y: null },
  ]);
});
