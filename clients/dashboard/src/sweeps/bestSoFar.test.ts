import { expect, it } from "vitest";
import { bestSoFar } from "./bestSoFar";

const trial = (number: number, value: number | "NaN" | null, state: "completed" | "failed" | "pruned" = "completed") => ({
  number,
  value,
  state,
  trial_id: `t${number}`,
  hyperparams: {},
});

it("keeps the best value of the trials that were completed", () => {
  const trials = [trial(0, 3), trial(1, 1, "pruned"), trial(2, "NaN"), trial(3, 4), trial(4, 2), trial(5, null)];
  expect(bestSoFar(trials, false).map(({ best }) => best)).toEqual([3, 3, 2]);
  expect(bestSoFar(trials, true).map(({ best }) => best)).toEqual([3, 4, 4]);
  expect(bestSoFar([], true)).toEqual([]);
});
