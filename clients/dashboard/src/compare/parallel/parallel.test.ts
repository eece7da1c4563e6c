import { expect, it } from "vitest";
import { colourOn } from "./colours";
import { pathOf } from "./ParallelPlot";

it("draws a line through the places there are and breaks it where one is missing", () => {
  const path = (...places: (number | undefined)[]) =>
    pathOf(
      places,
      (axis) => axis * 10,
      (place) => place * 100,
    );
  expect(path(0, 0.5, 1)).toBe("M0.0 0.0L10.0 50.0L20.0 100.0");
  expect(path(0, undefined, 1, 0)).toBe("M0.0 0.0M20.0 100.0L30.0 0.0");
  expect(path(undefined)).toBe("");
});

it("colours from amber to cyan", () => {
  expect([colourOn(-1), colourOn(0.5), colourOn(2)]).toEqual(["rgb(255, 165, 0)", "rgb(128, 210, 128)", "rgb(0, 255, 255)"]);
});
