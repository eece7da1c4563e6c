import { expect, it } from "vitest";
import { idsOf } from "./ids";

it.each([
  ["1, 2 3", [1, 2, 3]],
  [" [4,5]\n", [4, 5]],
  ["", []],
  ["1 -2", undefined],
  ["1.5", undefined],
  ["a", undefined],
  ["99999999999", undefined],
])("reads %j as %j", (text, ids) => {
  expect(idsOf(text)).toEqual(ids);
});
