import { expect, test } from "vitest";
import { delayBefore } from "./backoff";

test("waits twice as long after each failure, and half a minute at most", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(delayBefore)).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
});
