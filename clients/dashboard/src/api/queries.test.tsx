// @vitest-environment jsdom
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { beforeEach, expect, it, vi } from "vitest";
import { orNothing } from "./orNothing";
import { byCursor, queries } from "./queries";

const answer = vi.hoisted(() => {
  // Node needs whole addresses, and the API is called by path.
  vi.stubGlobal(
    "Request",
    class extends Request {
      constructor(address: string, init?: RequestInit) {
        super(new URL(address, "http://trainyard"), init);
      }
    },
  );
  const mock = vi.fn<(address: string) => Response>();
  vi.stubGlobal("fetch", ({ url }: Request) => Promise.resolve(mock(url)));
  return mock;
});

const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });

/** The last value of a hook in a page, once it says it is settled. */
async function settled<T>(useValue: () => T, isSettled: (value: T) => boolean): Promise<T> {
  const values: T[] = [];
  const Page = () => {
    values.push(useValue());
    return null;
  };
  const root = createRoot(document.createElement("div"));
  act(() =>
    root.render(
      <QueryClientProvider client={queryClient}>
        <Page />
      </QueryClientProvider>,
    ),
  );
  await act(() => vi.waitUntil(() => values.slice(-1).some(isSettled)));
  act(() => root.unmount());
  const [last] = values.slice(-1);
  if (last === undefined) {
    throw new Error("The hook was never called.");
  }
  return last;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  answer.mockReset();
  queryClient.clear();
});

it("asks for a first page without a cursor, and for the next with the one it was given", async () => {
  answer.mockImplementation((address) => Response.json({ items: [], next_cursor: address.includes("cursor") ? null : "c1" }));
  const useRuns = () => queries.useInfiniteQuery("get", "/api/runs", { params: { query: { limit: 2 } } }, byCursor);
  const { fetchNextPage, hasNextPage } = await settled(useRuns, ({ isSuccess }) => isSuccess);
  expect(hasNextPage).toBe(true);
  expect((await fetchNextPage()).hasNextPage).toBe(false);
  expect(answer.mock.calls.flat()).toEqual(["http://trainyard/api/runs?limit=2", "http://trainyard/api/runs?limit=2&cursor=c1"]);
});

it("fails with the problem that the API answers", async () => {
  answer.mockImplementation(() => Response.json({ code: "UNAVAILABLE", message: "The database is down." }, { status: 503 }));
  const { error } = await settled(
    () => queries.useQuery("get", "/api/trainers"),
    ({ isError }) => isError,
  );
  expect(error).toMatchObject({ name: "Problem", code: "UNAVAILABLE", message: "The database is down.", status: 503 });
});

it.each([
  [404, null],
  [500, undefined],
])("what may be missing is after a %i: %s", async (status, data) => {
  answer.mockImplementation(() => Response.json({}, { status }));
  const options = queries.queryOptions("get", "/api/runs/{runId}/eval", { params: { path: { runId: "a" } } });
  const result = await settled(
    () => useQuery(orNothing(options)),
    ({ isPending }) => !isPending,
  );
  expect(result.data).toBe(data);
});
