import { describe, expect, it } from "vitest";
import { barsOf, heatMapOf } from "./histogram";

describe("the bars of a histogram", () => {
  it("have areas in proportion to their counts", () => {
    const bars = barsOf({ edges: [0, 1, 3], counts: [2, 2] });
    expect(bars.map(({ x, width, height }) => [x, width, height])).toEqual([
      [0, 1 / 3, 1],
      [1 / 3, 2 / 3, 0.5],
    ]);
  });

  it("are flat without values, and finite over the whole range of numbers", () => {
    expect(barsOf({ edges: [0, 1], counts: [0] }).map(({ height }) => height)).toEqual([0]);
    const bars = barsOf({ edges: [-Number.MAX_VALUE, 0, Number.MAX_VALUE], counts: [1, 3] });
    expect(bars.map(({ x, width }) => [x, width])).toEqual([
      [0, 0.5],
      [0.5, 0.5],
    ]);
  });
});

describe("a heat map", () => {
  it("puts histograms of different ranges on one", () => {
    const map = heatMapOf(
      [
        { step: 1, histogram: { edges: [0, 1, 2], counts: [4, 0] } },
        { step: 5, histogram: { edges: [0, 4], counts: [8] } },
      ],
      4,
    );
    expect(map).toEqual({
      low: 0,
      high: 4,
      columns: [
        { step: 1, cells: [1, 0, 0, 0] },
        { step: 5, cells: [1, 1, 1, 1] },
      ],
    });
  });

  it("leaves out histograms without values", () => {
    expect(heatMapOf([{ step: 1, histogram: { edges: [0, 1], counts: [0] } }], 4).columns).toEqual([]);
    expect(heatMapOf([], 4).columns).toEqual([]);
  });
});
