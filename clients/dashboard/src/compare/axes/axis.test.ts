import { describe, expect, it } from "vitest";
import { axisOf, fieldOf, fieldText, valueOf } from "./axis";

const field = { kind: "params", name: "x" } as const;

describe("an axis", () => {
  it("places numbers by size, and by their logarithm where they span a decade", () => {
    const linear = axisOf(field, [2, 4, undefined, 3]);
    expect([linear.kind, linear.place(2), linear.place(3), linear.place(4)]).toEqual(["linear", 0, 0.5, 1]);
    const log = axisOf(field, [0.001, 0.1]);
    expect(log.kind).toBe("log");
    expect(log.place(0.01)).toBeCloseTo(0.5, 12);
    expect(log.ticks.map(({ text }) => text)).toEqual(["0.001", "0.01", "0.1"]);
  });

  it("is never logarithmic where a value is not positive, and as asked otherwise", () => {
    expect(axisOf(field, [0, 100], true).kind).toBe("linear");
    expect(axisOf(field, [1, 100], false).kind).toBe("linear");
    expect(axisOf(field, [1, 2], true).kind).toBe("log");
  });

  it("places anything else evenly in order, numbers among names as names", () => {
    const axis = axisOf(field, ["sgd", "adamw", true, 10, 9]);
    expect(axis.kind).toBe("names");
    expect(axis.ticks.map(({ text }) => text)).toEqual(["9", "10", "adamw", "sgd", "true"]);
    expect([axis.place("adamw"), axis.place(undefined), axis.place("other")]).toEqual([0.5, undefined, undefined]);
  });

  it("places what is all alike in the middle, and nothing nowhere", () => {
    expect(axisOf(field, [3, 3]).place(3)).toBe(0.5);
    expect(axisOf(field, ["a"]).place("a")).toBe(0.5);
    expect(axisOf(field, []).ticks).toEqual([]);
  });
});

it("a run without a finite metric has no place", () => {
  const run = { parameters: new Map([["x", "adamw"]]), detail: { metrics: { loss: "NaN", acc: 0.5 } } } as unknown as Parameters<
    typeof valueOf
  >[0];
  expect(valueOf(run, { kind: "metrics", name: "loss" })).toBeUndefined();
  expect(valueOf(run, { kind: "metrics", name: "acc" })).toBe(0.5);
  expect(valueOf(run, field)).toBe("adamw");
});

it.each(["params.opt.name", "metrics.train/loss"])("%s goes into an address and comes back", (text) => {
  const read = fieldOf(text);
  expect(read && fieldText(read)).toBe(text);
});

it.each(["", "tags.a", "params."])("%j is no field", (text) => {
  expect(fieldOf(text)).toBeUndefined();
});
