import { expect, it } from "vitest";
import { historySource, type WireQuery } from "./apiHistory";
import { pointsFor } from "./history";

const { signal } = new AbortController();

it("asks for what is wanted and no more, and reads the answer", async () => {
  const requests: WireQuery[] = [];
  const source = historySource((query) => {
    requests.push(query);
    return Promise.resolve({
      runs: [
        {
          run_id: "a",
          series: [{ name: "loss", count: 1, summarised: false, points: [{ step: 1, time: "2026-03-04T12:00:00Z", value: 2 }] }],
          total_series: 1,
        },
      ],
    });
  });
  const read = await source.read({ runIds: ["a"], keys: ["loss"], fromStep: 5, maxPoints: 10 }, signal);
  expect(requests).toEqual([{ runs: ["a"], keys: ["loss"], from_step: 5, max_points: 10 }]);
  expect(read.map(({ runId, key, curve }) => [runId, key, curve.length])).toEqual([["a", "loss", 1]]);
});

it("splits what is more than a request may name", async () => {
  const sizes: number[] = [];
  const source = historySource(({ runs }) => {
    sizes.push(runs.length);
    return Promise.resolve({ runs: [] });
  });
  await source.read({ runIds: Array.from({ length: 201 }, (_, index) => `r${index}`), keys: ["loss"], maxPoints: 10 }, signal);
  expect(sizes).toEqual([100, 100, 1]);
});

it("asks for about a bucket a pixel, fewer of many curves", () => {
  expect(pointsFor(1200, 3)).toBe(1200);
  expect(pointsFor(1200, 50)).toBe(240);
  expect(pointsFor(0, 1)).toBe(2);
});
