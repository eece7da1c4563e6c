import { expect, it } from "vitest";
import { colourAt, dashAt } from "./palette";
import { seriesOf } from "./series";

const run = (index: number) => ({ runId: `r${index}`, label: `run ${index}`, color: "#fff" });

it("tells runs of one colour apart by their dashes", () => {
  const styles = seriesOf([run(0), run(1), run(2)], ["loss"]);
  expect(new Set(styles.map(({ dash }) => dash.join())).size).toBe(3);
  expect(styles.map(({ label }) => label)).toEqual(["run 0", "run 1", "run 2"]);
});

it("tells metrics of one run apart by colour and dash", () => {
  const styles = seriesOf([run(0)], ["a", "b"]);
  expect(new Set(styles.map(({ colour }) => colour)).size).toBe(2);
  expect(styles.map(({ label }) => label)).toEqual(["a", "b"]);
});

it("names both where there are several of both", () => {
  expect(seriesOf([run(0), run(1)], ["a", "b"]).map(({ label }) => label)).toEqual(["run 0 a", "run 0 b", "run 1 a", "run 1 b"]);
});

it("has no two of fifty alike in both", () => {
  expect(new Set(Array.from({ length: 50 }, (_, index) => `${colourAt(index)} ${dashAt(index).join()}`)).size).toBe(50);
});
