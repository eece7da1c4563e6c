import { describe, expect, it } from "vitest";
import { continued } from "./useLog";

const line = (id: number) => ({ id, time: "2026-03-04T12:00:00Z", level: "info", message: `line ${id}`, attempt: 1 });
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

describe("a log that goes on", () => {
  it("has each line once, however often it is read", () => {
    const tail = continued({ logs: lines(1, 3), next: 3 }, lines(2, 5), 5);
    expect(tail.logs.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(continued(tail, lines(4, 5), 5)).toBe(tail);
  });

  it("keeps its end when it is long", () => {
    const { logs, next } = continued({ logs: lines(1, 4000), next: 4000 }, lines(4001, 6000), 6000);
    expect([logs.length, logs[0]?.id, logs.at(-1)?.id, next]).toEqual([5000, 1001, 6000, 6000]);
  });
});
