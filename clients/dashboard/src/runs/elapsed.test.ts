import { expect, it } from "vitest";
import { took } from "./elapsed";

const run = { status: "running", started_at: "2026-03-04T12:00:00Z", updated_at: "2026-03-04T12:00:00Z" } as const;
const now = Date.parse("2026-03-04T12:05:00Z");

it("counts a running run up to now, though its row was not changed since its start", () => {
  expect(took(run, now)).toBe(300);
});

it("counts an ended run up to its end, and a silent one up to its last heartbeat", () => {
  expect(took({ ...run, status: "completed", ended_at: "2026-03-04T12:01:00Z" }, now)).toBe(60);
  expect(took({ ...run, status: "unknown", last_heartbeat: "2026-03-04T12:02:00Z" }, now)).toBe(120);
});

it("has nothing to count of a run that has not started, and nothing below zero", () => {
  expect(took({ ...run, status: "queued", started_at: null }, now)).toBeUndefined();
  expect(took(run, now - 600_000)).toBe(0);
});
