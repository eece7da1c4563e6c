import { describe, expect, it } from "vitest";
import { brushTexts, readBrushes, within } from "./brushes";

describe("brushes in an address", () => {
  it("come back as they were, and whole axes are not said", () => {
    const texts = brushTexts({
      "params.lr": { from: 0.25, to: 1 },
      "metrics.a~b": { from: 0, to: 0.12345 },
      "params.all": { from: 0, to: 1 },
    });
    expect(texts).toEqual(["params.lr~0.25~1", "metrics.a~b~0~0.123"]);
    expect(readBrushes(texts)).toEqual({ "params.lr": { from: 0.25, to: 1 }, "metrics.a~b": { from: 0, to: 0.123 } });
  });

  it.each(["", "params.lr", "params.lr~0.8~0.2", "params.lr~0~7", "params.lr~-1~1", "params.lr~.~1"])("%j is none", (text) => {
    expect(readBrushes([text])).toEqual({});
  });
});

it("a run is within a brush when it is at its edge, not when it has no place", () => {
  expect(within(0.5, undefined)).toBe(true);
  expect(within(undefined, undefined)).toBe(true);
  expect(within(1 / 3, { from: 0.333, to: 1 })).toBe(true);
  expect(within(0.3, { from: 0.333, to: 1 })).toBe(false);
  expect(within(undefined, { from: 0, to: 0.9 })).toBe(false);
});
