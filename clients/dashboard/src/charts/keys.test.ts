import { describe, expect, it } from "vitest";
import { areaOf, stepAt, xOf } from "./area";
import { createCrosshair, crosshairOf } from "./crosshair";
import { pointAt } from "./curve";
import { keyAction } from "./keys";
import { chartModel, type ChartModel } from "./model";
import { nearest, neighbour } from "./nearest";
import { readouts, spoken } from "./readout";
import { seriesId, seriesOf } from "./series";
import { stepsBetween, zoomAround } from "./zoom";

function model(...runs: (readonly number[])[]): ChartModel {
  const styles = seriesOf(
    runs.map((_, index) => ({ runId: `r${index}`, label: `run ${index}`, color: "#fff" })),
    ["loss"],
  );
  const curves = new Map(runs.map((steps, index) => [seriesId(`r${index}`, "loss"), steps.map((step) => pointAt(step, step / 10))]));
  const made = chartModel(styles, curves, { scale: "linear", smoothing: 0, clipOutliers: false });
  if (made === null) {
    throw new Error("The chart is empty.");
  }
  return made;
}

describe("keys", () => {
  const two = model([0, 10, 20], [0, 15, 30]);

  it("move from value to value of all curves, and stay at the ends", () => {
    expect(keyAction("ArrowRight", false, two, 10)).toEqual({ kind: "move", step: 15 });
    expect(keyAction("ArrowLeft", false, two, 10)).toEqual({ kind: "move", step: 0 });
    expect(keyAction("ArrowRight", false, two, 30)).toEqual({ kind: "move", step: 30 });
    expect(keyAction("ArrowRight", true, two, 0)).toEqual({ kind: "move", step: 30 });
    expect(keyAction("Home", false, two, 20)).toEqual({ kind: "move", step: 0 });
    expect(keyAction("End", false, two, null)).toEqual({ kind: "move", step: 30 });
  });

  it("begin at the last value", () => {
    expect(keyAction("ArrowLeft", false, two, null)).toEqual({ kind: "move", step: 30 });
  });

  it("zoom around the crosshair, and back", () => {
    expect(keyAction("+", false, two, 10)).toEqual({ kind: "zoom", steps: { min: 5, max: 20 } });
    expect(keyAction("-", false, two, 10)).toEqual({ kind: "zoom", steps: { min: -10, max: 50 } });
    expect(keyAction("0", false, two, 10)).toEqual({ kind: "reset" });
  });

  it("that mean nothing here are left to the page", () => {
    expect(keyAction("/", false, two, 10)).toBeNull();
    expect(keyAction("Escape", false, two, null)).toBeNull();
  });
});

it("finds the nearest value, and the next, of none too", () => {
  const curve = [0, 10, 20].map((step) => pointAt(step, 1));
  expect([nearest(curve, -5)?.from, nearest(curve, 4)?.from, nearest(curve, 6)?.from, nearest(curve, 99)?.from]).toEqual([0, 0, 10, 20]);
  expect(nearest([], 1)).toBeNull();
  expect(neighbour([curve], 20, 1)).toBeNull();
  expect(neighbour([], 20, 1)).toBeNull();
});

it("tells values at the crosshair, and none of a run that ended long before", () => {
  const chart = model([0, 10], [0, 500, 1000]);
  expect(readouts(chart, 1000).map(({ value }) => value)).toEqual(["–", "100"]);
  expect(readouts(chart, null).map(({ value }) => value)).toEqual(["1", "100"]);
  expect(spoken(chart, 0)).toBe("Step 0: run 0 0, run 1 0");
  expect(spoken(model(...Array.from({ length: 11 }, () => [0, 1])), 0)).toMatch(/, and 3 more$/);
});

it("selects whole steps, whichever way one drags", () => {
  expect(stepsBetween(20.4, 3.6)).toEqual({ min: 4, max: 20 });
  expect(stepsBetween(5.1, 5.2)).toBeNull();
  expect(zoomAround({ min: 0, max: 1 }, 0, 0.5)).toEqual({ min: 0, max: 1 });
});

it("finds the step under a pixel, and none outside of the chart", () => {
  const chart = model([0, 100]);
  const area = areaOf({ width: 600, height: 200 });
  expect(stepAt(chart, area, xOf(chart, area, 42))).toBeCloseTo(42, 9);
  expect(stepAt(chart, area, -50)).toBe(0);
});

describe("a crosshair", () => {
  it("is shared by charts of one key, and told once", () => {
    const told: (number | null)[] = [];
    const stop = crosshairOf("run").subscribe(() => told.push(crosshairOf("run").step()));
    crosshairOf("run").set(5);
    crosshairOf("run").set(5);
    crosshairOf("other").set(9);
    stop();
    crosshairOf("run").set(null);
    expect(told).toEqual([5]);
    expect(createCrosshair().step()).toBeNull();
  });
});
