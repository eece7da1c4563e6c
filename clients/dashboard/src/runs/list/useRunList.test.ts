import { describe, expect, it } from "vitest";
import { listOf } from "./useRunList";

describe("names in a query", () => {
  it.each([
    [[], []],
    [["lr"], ['"lr"']],
    [["a,b"], ['"a,b"']],
    [['say "hi"'], ['"say ""hi"""']],
    [
      ["a,b", "c"],
      ["a,b", "c"],
    ],
  ])("%j become %j", (names, listed) => {
    expect(listOf(names)).toEqual(listed);
  });
});
