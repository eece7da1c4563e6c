import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clock, exact, relative } from "./times";

const now = Date.parse("2026-03-04T12:00:00Z");
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

describe("a time", () => {
  it.each([
    [0, "just now"],
    [42, "42 s ago"],
    [60, "1 min ago"],
    [3599, "59 min ago"],
    [2 * 3600, "2 h ago"],
    [26 * 3600, "1 d ago"],
    [29 * 86_400, "29 d ago"],
    [-90, "in 1 min"],
  ])("of %d seconds ago is %s", (seconds, text) => {
    expect(relative(ago(seconds), now)).toBe(text);
  });

  it("of long ago is a date", () => {
    expect(relative("2025-11-30T12:00:00Z", now)).toBe("2025-11-30");
  });

  it("has a date and a zone where it is exact", () => {
    expect(exact("2026-03-04T12:34:56Z")).toMatch(/^2026-03-0[345] \d\d:\d\d:56 (UTC|GMT)\S*( \S+)?$/);
  });

  it("of a line has a date unless it is of today", () => {
    expect(clock("2026-03-04T12:00:00Z", now)).toMatch(/^\d\d:00:00$/);
    expect(clock("2026-03-01T12:00:00Z", now)).toMatch(/^2026-03-0[12] \d\d:00:00$/);
  });

  it("that can't be read is shown as it is", () => {
    expect([relative("soon", now), exact("soon"), clock("soon", now)]).toEqual(["soon", "soon", "soon"]);
  });
});

it("is shown by one component: no other file formats times", () => {
  const source = join(import.meta.dirname, "..");
  const others = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("format") && !name.includes(".test."))
    .filter((name) =>
      /toLocale(Time|Date)|DateTimeFormat|new Date\([^)]*\)\.(get|toLocale)/.test(readFileSync(join(source, name), "utf8")),
    );
  expect(others).toEqual([]);
});
