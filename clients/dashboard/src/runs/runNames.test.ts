import { beforeEach, describe, expect, it, vi } from "vitest";
import { filterOfIds, RunNames } from "./runNames";

beforeEach(() => {
  vi.useFakeTimers();
});

describe("names of runs", () => {
  it("are read together, once each, and are the ids of runs that are gone", async () => {
    const requests: (readonly string[])[] = [];
    const names = new RunNames((runIds) => {
      requests.push(runIds);
      return Promise.resolve(new Map([["a", "the first"]]));
    });
    const shown = Promise.all(["a", "b", "a"].map((runId) => names.of(runId)));
    await vi.runAllTimersAsync();
    expect(await shown).toEqual(["the first", "b", "the first"]);
    expect(requests).toEqual([["a", "b"]]);
  });

  it("are read in several requests when they are many, and again after a failure", async () => {
    const requests: (readonly string[])[] = [];
    const names = new RunNames((runIds) => {
      requests.push(runIds);
      return requests.length > 2 ? Promise.resolve(new Map()) : Promise.reject(new Error("away"));
    });
    const all = Promise.allSettled(Array.from({ length: 150 }, (_, index) => names.of(String(index))));
    await vi.runAllTimersAsync();
    expect((await all).every(({ status }) => status === "rejected")).toBe(true);
    expect(requests.map(({ length }) => length)).toEqual([100, 50]);
    const again = names.of("7");
    await vi.runAllTimersAsync();
    expect(await again).toBe("7");
  });
});

it("quotes ids in the search language", () => {
  expect(filterOfIds(["a", "it's", "b\\c"])).toBe(String.raw`run_id in ('a', 'it\'s', 'b\\c')`);
});
