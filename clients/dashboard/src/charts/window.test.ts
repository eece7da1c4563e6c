import { describe, expect, it } from "vitest";
import { pointAt } from "./curve";
import type { HistoryRequest, HistorySource } from "./history";
import { seriesId } from "./series";
import { warmUpValues } from "./smoothing";
import { readWindow } from "./window";

/** A server with a value every ten steps up to 9990. */
function server() {
  const requests: HistoryRequest[] = [];
  const source: HistorySource = {
    read: (request) => {
      requests.push(request);
      const { fromStep = 0, toStep = 9990 } = request;
      const curve = Array.from({ length: 1000 }, (_, index) => pointAt(10 * index, index)).filter(
        ({ from }) => from >= fromStep && from <= toStep,
      );
      return Promise.resolve([{ runId: "a", key: "loss", curve: request.maxPoints === 1 ? curve.slice(-1) : curve }]);
    },
  };
  const read = async (range: Partial<HistoryRequest> & { lastSteps?: number; warmUp?: boolean }) =>
    (await readWindow(source, { runIds: ["a"], keys: ["loss"], maxPoints: 1000, ...range }, new AbortController().signal)).get(
      seriesId("a", "loss"),
    ) ?? [];
  return { requests, read };
}

describe("a zoomed part", () => {
  it("is read with the values before it that its smoothed line needs", async () => {
    const { requests, read } = server();
    const curve = await read({ fromStep: 8000, toStep: 8500, warmUp: true });
    expect(curve.map(({ from }) => from)).toEqual(
      Array.from({ length: 851 - 800 + warmUpValues }, (_, index) => 8000 - 10 * (warmUpValues - index)),
    );
    expect(requests[1]).toMatchObject({ fromStep: 8000 - 10 * warmUpValues, toStep: 7999 });
  });

  it("is read with them also when it is the last steps", async () => {
    const { read } = server();
    expect((await read({ lastSteps: 100, warmUp: true })).length).toBeGreaterThan(warmUpValues);
  });

  it("is read alone when nothing is smoothed, or nothing comes before", async () => {
    const { requests, read } = server();
    await read({ fromStep: 8000, toStep: 8500 });
    await read({ fromStep: 0, toStep: 8500, warmUp: true });
    await read({ warmUp: true });
    await read({ fromStep: 9990, warmUp: true });
    expect(requests).toHaveLength(4);
  });
});
