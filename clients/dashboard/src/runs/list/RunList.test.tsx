// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import { RunList } from "./RunList";

const summary = {
  run_id: "a",
  name: "trained in paris lr=0.003",
  kind: "external",
  status: "running",
  created_at: "2026-03-04T12:00:00Z",
  started_at: "2026-03-04T12:00:00Z",
  updated_at: "2026-03-04T12:00:00Z",
  attempt: 1,
  progress: {},
  tags: {},
  metrics: { "val/loss": 0.25, grad_norm: 3 },
};

let host: HTMLElement;
let root: Root;
let queries: Readonly<Record<string, unknown>>[];

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  queries = [];
  vi.spyOn(api, "GET").mockImplementation(((path: string, { params }: { params?: { query?: Record<string, unknown> } }) => {
    const query = params?.query ?? {};
    if (path !== "/api/runs") {
      return Promise.resolve({ data: { items: [] } });
    }
    queries.push(query);
    const { filter } = query;
    if (typeof filter === "string" && !filter.startsWith("metrics.")) {
      return Promise.reject(new Problem("filter", "CONFIG_INVALID", "", 400, { filter: "character 1: expected metrics.NAME" }));
    }
    return Promise.resolve({ data: { items: [summary] } });
  }) as unknown as typeof api.GET);
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

async function search(text: string): Promise<void> {
  history.replaceState(null, "", `/?filter=${encodeURIComponent(text)}`);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  act(() => {
    root.render(
      <QueryClientProvider client={client}>
        <RunList />
      </QueryClientProvider>,
    );
  });
  await vi.waitFor(() =>
    act(async () => {
      await Promise.resolve();
      expect(host.querySelector("tbody tr")).not.toBeNull();
    }),
  );
}

const said = () => host.querySelector("[role=status]")?.textContent;

describe("a search in the list of runs", () => {
  it.each(["lr=0.003", "trained in paris", "metrics of it", "is it like this"])("for %s is for a part of a name", async (text) => {
    await search(text);
    expect(queries.at(-1)?.["name"]).toBe(text);
    expect(said()).toContain(`Runs with this in their name: ${text}`);
    expect(host.querySelector("[role=alert]")).toBeNull();
  });

  it("says why it is not a filter if it looks like one", async () => {
    await search("lr=0.003");
    expect(said()).toContain("It is not a filter: character 1: expected metrics.NAME");
  });

  it("that is a filter is one, and the page says so", async () => {
    await search("metrics.loss < 2");
    expect(queries.some((query) => "name" in query)).toBe(false);
    expect(said()).toContain("Runs that match the filter metrics.loss < 2");
  });
});

it("shows the objective of a run, whatever it is called, and what a live run took so far", async () => {
  await search("paris");
  const cells = [...host.querySelectorAll("tbody td")].map((cell) => cell.textContent);
  expect(cells).toContain("0.25");
  expect(cells).not.toContain("0s");
});
