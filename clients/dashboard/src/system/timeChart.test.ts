import { describe, expect, it } from "vitest";
import { pathsOf, topOf } from "./timeChart";

describe("lines over time", () => {
  const plot = { width: 100, height: 10 };

  it("go from the first moment to the last, and break where a value is missing", () => {
    expect(pathsOf([0, 1, 2, 3, 4], [{ name: "a", values: [0, 5, null, 10, 5] }], 10, plot)).toEqual([
      "M0.0 10.0L25.0 5.0M75.0 0.0L100.0 5.0",
    ]);
  });

  it("break where nothing was measured for long", () => {
    expect(
      pathsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 100], [{ name: "a", values: Array<number>(10).fill(1) }], 1, plot)[0]?.match(/M/g),
    ).toHaveLength(2);
  });

  it("are nothing of nothing", () => {
    expect(pathsOf([], [{ name: "a", values: [] }], 1, plot)).toEqual([""]);
  });
});

it.each([
  [[3, 7], 10],
  [[3], 5],
  [[0.11], 0.2],
  [[null, 50], 50],
  [[0], 1],
  [[], 1],
])("the top of an axis for %j is %s", (values, top) => {
  expect(topOf([{ name: "a", values }])).toBeCloseTo(top, 12);
});
