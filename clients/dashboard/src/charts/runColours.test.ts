// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
  localStorage.clear();
});

const load = async () => (await import("./runColours")).runColour;

it("gives twelve runs colours of their own", async () => {
  const runColour = await load();
  expect(new Set(Array.from({ length: 12 }, (_, index) => runColour(`run ${index}`))).size).toBe(12);
});

it("keeps the colour of a run, whatever is drawn beside it and after a reload", async () => {
  const before = await load();
  const colours = ["a", "b", "c"].map(before);
  vi.resetModules();
  const after = await load();
  expect(["c", "b", "a"].map(after)).toEqual(colours.reverse());
});

it("starts anew when the browser holds something else", async () => {
  localStorage.setItem("trainyard.run-colours", "{");
  const runColour = await load();
  expect(runColour("a")).toMatch(/^#/);
});
