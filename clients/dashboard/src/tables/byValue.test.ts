import { expect, it } from "vitest";
import { byValue } from "./byValue";

it("orders numbers by value, other values as text before them, and missing values first", () => {
  const ordered = [10, "b", 9, undefined, "a", -Infinity, true].sort(byValue);
  // Array.sort puts undefined last without asking.
  expect(ordered).toEqual(["a", "b", true, -Infinity, 9, 10, undefined]);
  expect(byValue(undefined, "a")).toBeLessThan(0);
  expect(byValue(null, 0)).toBeLessThan(0);
});

it("treats equal values as equal, infinities too", () => {
  expect([byValue(Infinity, Infinity), byValue("a", "a"), byValue(null, undefined)]).toEqual([0, 0, 0]);
});
