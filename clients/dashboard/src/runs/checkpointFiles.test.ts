import { expect, it } from "vitest";
import { unusable } from "./checkpointFiles";

it.each([
  [{ available: false, validation: "valid" }, "files deleted"],
  [{ available: null, validation: "missing" }, "files deleted"],
  [{ available: true, validation: "invalid" }, "files damaged"],
  [{ available: true, validation: "unchecked" }, undefined],
  [{ available: null, validation: "remote" }, undefined],
] as const)("a checkpoint with %j has %s", (checkpoint, problem) => {
  expect(unusable(checkpoint)).toBe(problem);
});
