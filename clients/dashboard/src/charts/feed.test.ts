import { beforeEach, describe, expect, it, vi } from "vitest";
import { pointAt } from "./curve";
import { type FeedState, SeriesFeed } from "./feed";
import type { HistoryCurve, HistoryRequest, HistorySource } from "./history";
import type { LiveListener, LiveSource } from "./live";
import { seriesId } from "./series";
import type { FeedRequest } from "./window";

const request: FeedRequest = { runIds: ["a"], keys: ["loss"], maxPoints: 100 };

/** A server that answers when told to, live updates, and frames that come when told to. */
function stage(wanted = request) {
  const reads: {
    request: HistoryRequest;
    signal: AbortSignal;
    answer: (...steps: number[]) => Promise<void>;
    fail: () => Promise<void>;
  }[] = [];
  const settled = async () => {
    await vi.advanceTimersByTimeAsync(0);
  };
  const source: HistorySource = {
    read: (asked, signal) =>
      new Promise<readonly HistoryCurve[]>((resolve, reject) => {
        reads.push({
          request: asked,
          signal,
          answer: (...steps) => {
            resolve([{ runId: "a", key: "loss", curve: steps.map((step) => pointAt(step, step)) }]);
            return settled();
          },
          fail: () => {
            reject(new Error("away"));
            return settled();
          },
        });
      }),
  };
  const listeners = new Set<LiveListener>();
  const live: LiveSource = {
    subscribe: (_, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const frames: (() => void)[] = [];
  const states: FeedState[] = [];
  const feed = new SeriesFeed({ source, live, frames: (callback) => (frames.push(callback), () => undefined) }, wanted, (state) =>
    states.push(state),
  );
  feed.start();
  return {
    feed,
    reads,
    listeners,
    states,
    frames,
    log: (...steps: number[]) => {
      for (const listener of listeners) {
        listener.points(steps.map((step) => ({ run_id: "a", step, metrics: { loss: step } })));
      }
    },
    resync: () => {
      for (const listener of listeners) {
        listener.resync();
      }
    },
    frame: () => {
      for (const callback of frames.splice(0)) {
        callback();
      }
    },
    steps: () =>
      states
        .at(-1)
        ?.curves.get(seriesId("a", "loss"))
        ?.map(({ from }) => from),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe("a feed", () => {
  it("loses nothing and doubles nothing that comes while it reads", async () => {
    const { reads, log, frame, steps } = stage();
    log(2, 3, 4);
    frame();
    await reads[0]?.answer(1, 2, 3);
    frame();
    expect(steps()).toEqual([1, 2, 3, 4]);
    expect(reads).toHaveLength(1);
  });

  it("takes in once a frame what came meanwhile, and asks the server for nothing", async () => {
    const { reads, log, frame, frames, states, steps } = stage();
    await reads[0]?.answer(1);
    const before = states.length;
    log(2);
    log(3);
    log(4);
    expect(frames).toHaveLength(1);
    frame();
    expect(states.length - before).toBe(1);
    expect(steps()).toEqual([1, 2, 3, 4]);
    expect(reads).toHaveLength(1);
  });

  it("reads only the end again after a reconnect", async () => {
    const { reads, log, frame, resync, steps } = stage();
    await reads[0]?.answer(1, 2);
    resync();
    expect(reads[1]?.request.fromStep).toBe(2);
    log(4, 5);
    await reads[1]?.answer(2, 3, 4);
    frame();
    expect(steps()).toEqual([1, 2, 3, 4, 5]);
  });

  it("reads now and then what a commit of many points told only the last of", async () => {
    const { reads, log, frame, steps } = stage();
    await reads[0]?.answer(1);
    log(4);
    frame();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(reads[1]?.request.fromStep).toBe(1);
    await reads[1]?.answer(1, 2, 3, 4);
    expect(steps()).toEqual([1, 2, 3, 4]);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(reads).toHaveLength(2);
  });

  it("reads everything again when the run was rewound while it was away", async () => {
    const { reads, resync, steps } = stage();
    await reads[0]?.answer(1, 2, 3, 4);
    resync();
    await reads[1]?.answer();
    expect(reads[2]?.request.fromStep).toBeUndefined();
    await reads[2]?.answer(1, 2);
    expect(steps()).toEqual([1, 2]);
  });

  it("reads everything again, soon and once, when a run goes back under its eyes", async () => {
    const { reads, log, frame, steps } = stage();
    await reads[0]?.answer(1, 2, 3, 4);
    log(2);
    frame();
    log(3);
    frame();
    expect(reads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(reads).toHaveLength(2);
    await reads[1]?.answer(1, 2, 3);
    expect(steps()).toEqual([1, 2, 3]);
  });

  it("reads again when it has gathered more than it can show", async () => {
    const { reads, log, frame } = stage({ ...request, maxPoints: 3 });
    await reads[0]?.answer(1, 2);
    log(3, 4, 5, 6, 7);
    frame();
    await vi.advanceTimersByTimeAsync(1000);
    expect(reads).toHaveLength(2);
  });

  it("doesn't grow in a tab that gets no frames", async () => {
    const { reads, log, frame, steps } = stage();
    await reads[0]?.answer(1);
    for (let step = 2; step < 20_003; step++) {
      log(step);
    }
    frame();
    expect(steps()?.length).toBeLessThan(10_002);
    await vi.advanceTimersByTimeAsync(1000);
    expect(reads).toHaveLength(2);
  });

  it("finds the last step before it reads the last hundred", async () => {
    const { reads, steps } = stage({ ...request, lastSteps: 100 });
    expect(reads[0]?.request.maxPoints).toBe(1);
    await reads[0]?.answer(5000);
    expect(reads[1]?.request.fromStep).toBe(4901);
    await reads[1]?.answer(4901, 5000);
    expect(steps()).toEqual([4901, 5000]);
  });

  it("keeps what it shows when reading fails, and tells", async () => {
    const { reads, feed, states, steps } = stage();
    await reads[0]?.answer(1, 2);
    void feed.reread();
    await reads[1]?.fail();
    expect(states.at(-1)?.error).toEqual(new Error("away"));
    expect(steps()).toEqual([1, 2]);
    void feed.reread();
    await reads[2]?.answer(1, 2, 3);
    expect(states.at(-1)?.error).toBeNull();
  });

  it("listens to nobody once stopped", async () => {
    const { feed, reads, listeners, states } = stage();
    feed.stop();
    expect(reads[0]?.signal.aborted).toBe(true);
    expect(listeners.size).toBe(0);
    const before = states.length;
    await reads[0]?.answer(1);
    expect(states).toHaveLength(before);
  });
});
