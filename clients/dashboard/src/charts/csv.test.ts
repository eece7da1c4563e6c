import { describe, expect, it } from "vitest";
import { curveOf, pointAt } from "./curve";
import { csvOf } from "./csv";
import { fileName } from "./download";
import { chartModel } from "./model";
import { seriesId, seriesOf } from "./series";

const csv = (label: string) => {
  const runs = [{ runId: "a", label, color: "#fff" }];
  const curve = [
    ...curveOf({ buckets: [{ from_step: 0, to_step: 9, min: 1, max: 3, mean: 2, last: 1.5, count: 10, nan_count: 1, infinite_count: 0 }] }),
    pointAt(10, Number.NaN),
  ];
  const model = chartModel(seriesOf(runs, ["loss"]), new Map([[seriesId("a", "loss"), curve]]), {
    scale: "linear",
    smoothing: 0,
    clipOutliers: false,
  });
  return model === null ? "" : csvOf(model, runs);
};

describe("CSV", () => {
  it("has a row for each bucket, and says NaN where it was NaN", () => {
    expect(csv("first").split("\r\n")).toEqual([
      "run_id,run,metric,from_step,to_step,mean,min,max,last,count,nan_count,infinite_count,drawn",
      "a,first,loss,0,9,2,1,3,1.5,10,1,0,2",
      "a,first,loss,10,10,,,,NaN,1,1,0,",
      "",
    ]);
  });

  it.each([
    ["a,b", '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ["=1+1", "'=1+1"],
    ["two\nlines", '"two\nlines"'],
  ])("keeps names harmless: %j", (label, written) => {
    expect(csv(label)).toContain(`a,${written},loss`);
  });
});

it.each([
  ["train/loss", "train-loss.csv"],
  ["../../etc", "etc.csv"],
  ["???", "chart.csv"],
  ["потеря", "потеря.csv"],
])("names a file after %s", (title, name) => {
  expect(fileName(title, "csv")).toBe(name);
});
