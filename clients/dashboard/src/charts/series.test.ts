import { expect, it } from "vitest";
import { colourAt } from "./palette";
import { seriesOf } from "./series";

const run = (index: number) => ({ runId: `r${index}`, label: `run ${index}`, color: "#fff" });

it("tells runs of one colour apart by their dashes", () => {
  const styles = seriesOf([run(0), run(1), run(2)], ["loss"]);
  expect(new Set(styles.map(({ dash }) => dash.join())).size).toBe(3);
  expect(styles.map(({ label }) => label)).toEqual(["run 0", "run 1", "run 2"]);
});

it("tells metrics of one run apart by colour", () => {
  const styles = seriesOf([run(0)], ["a", "b"]);
  expect(new Set(styles.map(({ colour }) => colour)).size).toBe(2);
  expect(styles.map(({ label }) => label)).toEqual(["a", "b"]);
});

it("names both where there are several of both", () => {
  expect(seriesOf([run(0), run(1)], ["a", "b"]).map(({ label }) => label)).toEqual(["run 0 a", "run 0 b", "run 1 a", "run 1 b"]);
});

it("draws twelve solid lines, and no two of eighty alike in both colour and dash", () => {
  const runs = Array.from({ length: 80 }, (_, index) => ({ ...run(index), color: colourAt(index) }));
  const styles = seriesOf(runs, ["loss"]);
  expect(styles.slice(0, 12).every(({ dash }) => dash.length === 0)).toBe(true);
  expect(new Set(styles.map(({ colour, dash }) => `${colour} ${dash.join()}`)).size).toBe(80);
});
