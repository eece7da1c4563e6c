import { expect, it, vi } from "vitest";
import type { LiveMessage } from "../live/messages";
import type { Listener } from "../live/socket";
import { pointsOf } from "./socketPoints";

function socket() {
  const listeners = new Map<string, Listener>();
  return {
    listeners,
    listen: (topic: string, listener: Listener) => {
      listeners.set(topic, listener);
      return () => listeners.delete(topic);
    },
    notifyAll: (message: LiveMessage) => {
      for (const listener of listeners.values()) {
        listener(message);
      }
    },
  };
}

it("hands on points and nothing else, of the runs asked for, until told to stop", () => {
  const connected = socket();
  const points = vi.fn();
  const stop = pointsOf(connected).subscribe(["a", "b"], { points, resync: vi.fn() });
  const update: LiveMessage = { type: "metric_update", run_id: "a", step: 1, metrics: { loss: "NaN" } };
  connected.listeners.get("a")?.(update);
  connected.notifyAll({ type: "log", run_id: "a", level: "info", message: "hello", time: "2026-03-04T12:00:00Z" });
  expect(points.mock.calls).toEqual([[[update]]]);
  stop();
  expect(connected.listeners.size).toBe(0);
});

it("reads again once, however many runs are told to", async () => {
  const connected = socket();
  const resync = vi.fn();
  pointsOf(connected).subscribe(["a", "b", "c"], { points: vi.fn(), resync });
  connected.notifyAll({ type: "resync", message: "connected" });
  await Promise.resolve();
  expect(resync).toHaveBeenCalledTimes(1);
  connected.notifyAll({ type: "resync", message: "connected" });
  await Promise.resolve();
  expect(resync).toHaveBeenCalledTimes(2);
});
