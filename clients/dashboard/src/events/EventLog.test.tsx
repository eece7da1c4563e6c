// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { live, type Listener } from "../live/socket";
import { EventLog } from "./EventLog";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it("does not say that nothing happens while runs log values", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.useFakeTimers();
  const listeners: Listener[] = [];
  vi.spyOn(live, "listen").mockImplementation((_, listener) => (listeners.push(listener), () => undefined));
  const host = document.createElement("div");
  const root = createRoot(host);
  act(() =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <EventLog />
      </QueryClientProvider>,
    ),
  );
  expect(host.textContent).toBe("No events since you opened this page.");
  for (let run = 0; run < 12; run++) {
    for (const listener of listeners) {
      listener({ type: "metric_update", run_id: `run ${run}`, step: 1, metrics: { loss: 1 } });
    }
  }
  await act(() => vi.advanceTimersByTimeAsync(1000));
  expect(host.textContent).toBe("12 runs logging values now.");
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  expect(host.textContent).toBe("No events since you opened this page.");
  act(() => root.unmount());
});
