import { describe, expect, it } from "vitest";
import type { LiveMessage } from "../live/messages";
import { type Entry, entryOf, withNewer } from "./entries";

const now = "2026-03-04T12:00:00Z";

describe("a line of the event log", () => {
  it.each<[LiveMessage, string, string]>([
    [
      { type: "status_change", run_id: "r", old_status: "running", new_status: "failed", message: "out of memory" },
      "running → failed: out of memory",
      "error",
    ],
    [{ type: "checkpoint_saved", run_id: "r", checkpoint_id: "c", step: 5, is_best: true }, "checkpoint 5 ★ best", "info"],
    [{ type: "log", run_id: "r", level: "warning", message: "slow", time: now }, "warning: slow", "warning"],
    [{ type: "metric_update", run_id: "r", step: 7, metrics: { loss: 1.2345678, lr: "NaN" } }, "step 7: loss 1.2346, lr NaN", "muted"],
  ])("%j", (message, text, className) => {
    expect(entryOf(message, now)).toMatchObject({ runId: "r", text, className, time: now, type: message.type });
  });

  it("is none for a reconnect", () => {
    expect(entryOf({ type: "resync", message: "" }, now)).toBeUndefined();
  });
});

it("keeps the newest lines first, and only so many", () => {
  const entry = (id: number): Entry => ({ id, time: now, runId: "r", type: "log", text: "", className: "" });
  const ids = (entries: readonly Entry[]) => entries.map(({ id }) => id);
  expect(ids(withNewer([entry(2), entry(1)], [entry(3), entry(4)], 3))).toEqual([4, 3, 2]);
  expect(ids(withNewer([], [entry(1), entry(2), entry(3)], 2))).toEqual([3, 2]);
});
