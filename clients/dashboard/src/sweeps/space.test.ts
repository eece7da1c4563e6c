import { describe, expect, it } from "vitest";
import { emptyRow, gridSize, optionsOf, parameterOf, type SpaceRow } from "./space";

const row = (change: Partial<SpaceRow>): SpaceRow => ({ ...emptyRow, name: "x", ...change });

describe("a parameter to search", () => {
  it.each<[Partial<SpaceRow>, boolean, unknown]>([
    [{ type: "log_uniform", min: "1e-4", max: "0.01" }, false, { type: "log_uniform", min: 0.0001, max: 0.01 }],
    [{ type: "uniform", min: "0", max: "0.3", points: "4" }, true, { type: "uniform", min: 0, max: 0.3, points: 4 }],
    [{ type: "uniform", min: "0", max: "0.3", points: "4" }, false, { type: "uniform", min: 0, max: 0.3 }],
    [{ type: "int", min: "2", max: "6", step: "2" }, true, { type: "int", min: 2, max: 6, step: 2 }],
    [{ type: "choice", values: 'cosine, 1, true, "1"' }, false, { type: "choice", values: ["cosine", 1, true, "1"] }],
  ])("%j", (change, grid, parameter) => {
    expect(parameterOf(row(change), grid)).toEqual({ parameter });
  });

  it.each<[Partial<SpaceRow>, boolean, string]>([
    [{ name: " " }, false, "needs a name"],
    [{ min: "1" }, false, "needs a min and a max"],
    [{ min: "2", max: "1" }, false, "needs a max above its min"],
    [{ min: "0", max: "1" }, false, "must be above 0"],
    [{ type: "uniform", min: "0", max: "1" }, true, "needs at least 2 points for a grid"],
    [{ type: "int", min: "0.5", max: "1" }, false, "needs whole numbers"],
    [{ type: "int", min: "1", max: "2", step: "0" }, false, "needs a whole step of at least 1"],
    [{ type: "choice", values: " , " }, false, "needs options, separated by commas"],
    [{ type: "choice", values: "1, 1.0" }, false, "has a duplicate option"],
  ])("%j is refused", (change, grid, problem) => {
    expect(parameterOf(row(change), grid)).toEqual({ problem });
  });
});

it("counts the points of a grid", () => {
  const parameters = [
    row({ type: "choice", values: "a,b,c" }),
    row({ type: "int", min: "2", max: "7", step: "2" }),
    row({ type: "uniform", min: "0", max: "1", points: "5" }),
  ];
  expect(gridSize(parameters.map((row) => parameterOf(row, true).parameter))).toBe(3 * 3 * 5);
  expect(gridSize([undefined])).toBeUndefined();
});

it("reads options as they are meant", () => {
  expect(optionsOf('adamw, 1e-3, "true", false,')).toEqual(["adamw", 0.001, "true", false]);
});
