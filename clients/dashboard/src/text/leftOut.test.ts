import { expect, it } from "vitest";
import { leftOutOfRun, leftOutText } from "./leftOut";

const skipped = [
  { path: "latin1.txt", reason: "not UTF-8 text", position: 1204 },
  { path: "again.txt", reason: "a link to a file that is read already", position: null },
];

it("names what was left out, with why and where, and counts the rest", () => {
  expect(leftOutText({ skipped_files: 2, skipped })).toBe(
    "latin1.txt: not UTF-8 text, at byte 1,204; again.txt: a link to a file that is read already",
  );
  expect(leftOutText({ skipped_files: 1202, skipped: skipped.slice(0, 1) })).toBe("latin1.txt: not UTF-8 text, at byte 1,204; 1,201 more");
  expect(leftOutText({ skipped_files: 0, skipped: [] })).toBeUndefined();
});

it("reads it from a run's manifest, if that has any", () => {
  expect(leftOutOfRun(JSON.stringify({ data: { skipped_files: 1, skipped: [{ path: "empty.txt", reason: "empty" }] } }))).toBe(
    "empty.txt: empty",
  );
  expect(leftOutOfRun("{}")).toBeUndefined();
  expect(leftOutOfRun('{"data"')).toBeUndefined();
});
