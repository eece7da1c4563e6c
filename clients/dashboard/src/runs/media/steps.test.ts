import { expect, it } from "vitest";
import { indexOfStep } from "./steps";

it.each([
  [undefined, 2],
  [-1, 0],
  [0, 0],
  [9, 0],
  [10, 1],
  [25, 2],
])("finds the step at or before %s", (wanted, index) => {
  expect(indexOfStep([0, 10, 20], wanted)).toBe(index);
});

it("has an index without steps", () => {
  expect(indexOfStep([], 5)).toBe(0);
});
