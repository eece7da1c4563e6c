import { describe, expect, it } from "vitest";
import { formatSteps, formatTick, formatStep, formatValue } from "./format";
import { padded, scaleOf } from "./scale";
import { ticksOf } from "./ticks";

describe("a scale", () => {
  it.each(["linear", "log"] as const)("takes a value to a position and back: %s", (kind) => {
    const scale = scaleOf(kind, { min: 0.5, max: 200 });
    expect(scale.position(0.5)).toBeCloseTo(0, 12);
    expect(scale.position(200)).toBeCloseTo(1, 12);
    expect(scale.value(scale.position(42))).toBeCloseTo(42, 9);
  });

  it("has no place for zero and below when it's logarithmic", () => {
    const scale = scaleOf("log", { min: 0.1, max: 10 });
    expect(scale.position(0)).toBeNaN();
    expect(scale.position(-3)).toBeNaN();
  });

  it.each([
    { min: 5, max: 5 },
    { min: 0, max: 0 },
    { min: -2, max: -2 },
  ])("is widened around a single value: $min", (extent) => {
    const { min, max } = padded("linear", extent);
    expect(min).toBeLessThan(extent.min);
    expect(max).toBeGreaterThan(extent.max);
  });

  it("stays above zero when a logarithmic one is widened", () => {
    expect(padded("log", { min: 3, max: 3 })).toEqual({ min: 1.5, max: 6 });
    expect(padded("log", { min: 1e-9, max: 1e9 }).min).toBeGreaterThan(0);
  });
});

describe("ticks", () => {
  it("are round, within the scale, and not many more than asked for", () => {
    expect(ticksOf(scaleOf("linear", { min: -0.13, max: 1.04 }), 5)).toEqual([0, 0.5, 1]);
    expect(ticksOf(scaleOf("linear", { min: 0.1, max: 0.3 }), 4)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3]);
  });

  it("are whole for steps", () => {
    expect(ticksOf(scaleOf("linear", { min: 1, max: 3 }), 10, true)).toEqual([1, 2, 3]);
  });

  it("are powers of ten on a wide logarithmic scale, and round numbers on a narrow one", () => {
    expect(ticksOf(scaleOf("log", { min: 0.005, max: 2000 }), 6)).toEqual([0.01, 0.1, 1, 10, 100, 1000]);
    expect(ticksOf(scaleOf("log", { min: 2.1, max: 2.9 }), 4).length).toBeGreaterThan(1);
  });

  it("are none for a scale that isn't one", () => {
    expect(ticksOf(scaleOf("linear", { min: Number.NaN, max: 1 }), 5)).toEqual([]);
  });
});

describe("formats", () => {
  it.each([
    [2.3456789, "2.3457"],
    [0, "0"],
    [1.5e-7, "1.500e-7"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("values: %s as %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it.each([
    [950, "950"],
    [1500, "1500"],
    [25_000, "25k"],
    [1_250_000, "1.25M"],
    [-2e9, "-2G"],
  ])("steps: %s as %s", (step, text) => {
    expect(formatStep(step)).toBe(text);
  });

  it("writes ticks short and ranges in words", () => {
    expect([formatTick(1e-5), formatTick(0.25), formatTick(200_000)]).toEqual(["1e-5", "0.25", "2e5"]);
    expect([formatSteps(3, 3), formatSteps(3, 9)]).toEqual(["step 3", "steps 3–9"]);
  });
});
