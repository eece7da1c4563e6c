import { expect, it } from "vitest";
import { refusedOf } from "./acts";

const result = (run_id: string, message?: string) => ({
  run_id,
  done: message === undefined,
  ...(message === undefined ? {} : { message }),
});

it("says what a bulk action left as it was, and why", () => {
  expect(refusedOf({ results: [result("a"), result("b")], more: false })).toBeUndefined();
  expect(refusedOf({ results: [result("a"), result("b", "Run b is locked."), result("c", "Run c is locked.")], more: false })).toBe(
    "2 runs of 3 not changed: Run b is locked. And 1 run more.",
  );
});
