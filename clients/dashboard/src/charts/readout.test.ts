import { describe, expect, it } from "vitest";
import { type Bucket, type Curve, pointAt } from "./curve";
import { chartModel } from "./model";
import { readouts, spoken } from "./readout";
import { seriesId, seriesOf } from "./series";

const styles = seriesOf([{ runId: "a", label: "a run", color: "" }], ["loss"]);

/** Values in buckets of the given size, as the server sends them to a narrow chart. */
function summarised(values: readonly number[], size: number): Curve {
  const curve: Bucket[] = [];
  for (let from = 0; from < values.length; from += size) {
    const part = values.slice(from, from + size);
    curve.push({
      ...pointAt(from, 0),
      to: from + part.length - 1,
      mean: part.reduce((sum, value) => sum + value, 0) / part.length,
      min: Math.min(...part),
      max: Math.max(...part),
      last: part.at(-1) ?? Number.NaN,
      count: part.length,
    });
  }
  return curve;
}

function modelOf(curve: Curve, smoothing = 0) {
  const model = chartModel(styles, new Map([[seriesId("a", "loss"), curve]]), { scale: "linear", smoothing, clipOutliers: false });
  if (model === null) {
    throw new Error("There is nothing to draw.");
  }
  return model;
}

describe("the legend", () => {
  const values = Array.from({ length: 1000 }, (_, step) => 2 - step / 1000 + (step % 7) / 10);

  it.each([1, 4, 60, 1000])("shows the last logged value, in buckets of %i", (size) => {
    expect(readouts(modelOf(summarised(values, size)), null)[0]?.value).toBe(String(Number(values.at(-1)?.toPrecision(5))));
  });

  it("shows a logged value at the crosshair, and the bucket's mean as a mean", () => {
    const [shown] = readouts(modelOf(summarised([1, 5, 2, 9, 9, 9], 3)), 1);
    expect(shown?.value).toBe("2");
    expect(shown?.detail).toBe("steps 0–2 · last of 3 values · 1 to 5 · mean 2.6667");
  });

  it("does not hide that the last value is NaN", () => {
    const model = modelOf([{ ...pointAt(0, 1), to: 9, count: 10, nans: 1, last: Number.NaN }]);
    expect(readouts(model, null)[0]?.value).toBe("NaN");
    expect(spoken(model, 4)).toBe("Step 4: loss NaN");
  });

  it("shows the logged value beside the smoothed one", () => {
    const [shown] = readouts(modelOf([pointAt(0, 1), pointAt(1, 3)], 0.5), null);
    expect(shown?.value).toBe("3");
    expect(shown?.detail).toContain("smoothed 2.3333");
  });
});
