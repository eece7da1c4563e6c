import { expect, test } from "vitest";
import { curveOf } from "./curve";

test("what is no number is a gap", () => {
  const time = "2026-01-01T00:00:00Z";
  const curve = curveOf({
    name: "loss",
    count: 3,
    summarised: false,
    points: [
      { step: 1, time, value: 2 },
      { step: 2, time, value: "NaN" },
      { step: 3, time, value: "Infinity" },
    ],
  });
  expect(curve).toEqual({ steps: [1, 2, 3], mean: [2, null, null], min: [2, null, null], max: [2, null, null] });
});

test("a bucket is drawn where it ends, with its least and greatest value", () => {
  const curve = curveOf({
    name: "loss",
    count: 20,
    summarised: true,
    buckets: [{ from_step: 1, to_step: 10, time: "2026-01-01T00:00:00Z", min: 1, max: 3, mean: 2, last: 1, count: 10, nan_count: 0, infinite_count: 0 }],
  });
  expect(curve).toEqual({ steps: [10], mean: [2], min: [1], max: [3] });
});
