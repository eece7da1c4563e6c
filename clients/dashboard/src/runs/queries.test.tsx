// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { queries, queriesBelow, queriesOf } from "../api/queries";
import type { LiveMessage } from "../live/messages";
import { live, type Listener } from "../live/socket";
import { fileKey } from "./artifacts/queries";
import { queriesOfRun, useFreshness } from "./queries";
import { queriesOfSweep } from "../sweeps/queries";

const cached = {
  list: queries.queryOptions("get", "/api/runs", { params: { query: { limit: 100 } } }).queryKey,
  run: queries.queryOptions("get", "/api/runs/{runId}", { params: { path: { runId: "a" } } }).queryKey,
  checkpoints: queries.queryOptions("get", "/api/runs/{runId}/checkpoints", { params: { path: { runId: "a" }, query: { limit: 200 } } })
    .queryKey,
  files: queries.queryOptions("get", "/api/artifacts/{kind}/{id}", { params: { path: { kind: "models", id: "a" } } }).queryKey,
  file: fileKey("a", "eval/samples.jsonl"),
  preview: [...fileKey("a", "plot.png"), 7],
  log: queries.queryOptions("get", "/api/runs/{runId}/logs", { params: { path: { runId: "a" }, query: { limit: 1000 } } }).queryKey,
  otherRun: queries.queryOptions("get", "/api/runs/{runId}", { params: { path: { runId: "b" } } }).queryKey,
  otherFile: fileKey("b", "eval/samples.jsonl"),
  experiment: queries.queryOptions("get", "/api/experiments/{experimentId}", { params: { path: { experimentId: "e" } } }).queryKey,
  sweep: queries.queryOptions("get", "/api/experiments/{experimentId}/sweep", { params: { path: { experimentId: "e" } } }).queryKey,
  trials: queries.queryOptions("get", "/api/experiments/{experimentId}/sweep/trials", {
    params: { path: { experimentId: "e" }, query: { limit: 1000 } },
  }).queryKey,
} as const;

function filledClient(): QueryClient {
  const client = new QueryClient();
  for (const queryKey of Object.values(cached)) {
    client.setQueryData(queryKey, {});
  }
  return client;
}

const staleIn = (client: QueryClient): string[] =>
  Object.entries(cached).flatMap(([name, queryKey]) => (client.getQueryState(queryKey)?.isInvalidated === true ? [name] : []));

describe("what is read again", () => {
  it.each([
    ["a run, but not the log that goes on by itself", queriesOfRun("a"), ["run", "checkpoints", "files", "file", "preview"]],
    ["only the run itself", queriesOf("/api/runs/{runId}", { runId: "a" }), ["run"]],
    ["all lists of runs", queriesOf("/api/runs"), ["list"]],
    ["all runs and their lists", queriesBelow("/api/runs"), ["list", "run", "checkpoints", "log", "otherRun"]],
    ["an experiment", queriesOf("/api/experiments/{experimentId}", { experimentId: "e" }), ["experiment"]],
    ["a sweep", queriesOfSweep("e"), ["sweep", "trials"]],
    ["another sweep", queriesOfSweep("f"), []],
  ])("of %s", async (_, filters, names) => {
    const client = filledClient();
    await client.invalidateQueries(filters);
    expect(staleIn(client)).toEqual(names);
  });
});

describe("a live message", () => {
  let tell: (message: LiveMessage) => void;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    vi.spyOn(live, "listen").mockImplementation((_: string, listener: Listener) => {
      tell = listener;
      return () => undefined;
    });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("invalidates what it concerns, once a second at most", () => {
    const client = filledClient();
    const invalidate = vi.spyOn(client, "invalidateQueries");
    const Fresh = () => {
      useFreshness(queriesOf("/api/runs"), "*", ["status_change"]);
      return null;
    };
    const root = createRoot(document.createElement("div"));
    act(() =>
      root.render(
        <QueryClientProvider client={client}>
          <Fresh />
        </QueryClientProvider>,
      ),
    );
    tell({ type: "metric_update", run_id: "a", step: 1, metrics: {} });
    vi.advanceTimersByTime(1000);
    expect(staleIn(client)).toEqual([]);
    tell({ type: "status_change", run_id: "a", old_status: "queued", new_status: "running" });
    tell({ type: "resync", message: "connected" });
    vi.advanceTimersByTime(1000);
    expect(staleIn(client)).toEqual(["list"]);
    expect(invalidate).toHaveBeenCalledTimes(1);
    act(() => root.unmount());
  });
});
