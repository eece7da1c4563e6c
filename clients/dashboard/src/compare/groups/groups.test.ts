import { describe, expect, it } from "vitest";
import { groupNameOf, groupsOf } from "./groups";

const run = (runId: string, group: string, value: number | undefined) => ({ runId, group, value });

describe("runs in groups", () => {
  it("have the statistics of a sample", () => {
    const [off, on] = groupsOf([run("a", "on", 2), run("b", "off", 1), run("c", "off", 2), run("d", "off", 6)]);
    expect(off).toMatchObject({ name: "off", mean: 3, min: 1, max: 6, without: 0 });
    expect(off?.deviation).toBeCloseTo(Math.sqrt(7), 12);
    expect(on?.deviation).toBeNaN();
  });

  it("count those that have no value, or none that is finite, apart", () => {
    const [group] = groupsOf([run("a", "x", Number.NaN), run("b", "x", undefined), run("c", "x", Infinity), run("d", "x", 4)]);
    expect(group).toMatchObject({ without: 3, mean: 4, min: 4, max: 4 });
    expect(groupsOf([run("a", "x", undefined)])[0]?.mean).toBeNaN();
  });

  it("come in the order of their numbers", () => {
    expect(groupsOf([run("a", "lr 10", 1), run("b", "lr 9", 1)]).map(({ name }) => name)).toEqual(["lr 9", "lr 10"]);
  });
});

it.each([
  [true, "norm on"],
  [false, "norm off"],
  [0.1, "norm 0.1"],
  [undefined, "no norm"],
])("a run whose parameter is %s is called %s", (value, name) => {
  expect(groupNameOf(new Map(value === undefined ? [] : [["norm", value]]), "norm")).toBe(name);
});
