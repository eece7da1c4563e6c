import { Alarm } from "./alarm";
import { animationFrames, type Frames } from "./frames";
import type { HistorySource } from "./history";
import { extend, type LivePoint, type LiveSource, newerThan } from "./live";
import type { Curves } from "./series";
import { joinTail, tailStart } from "./tail";
import { type FeedRequest, readWindow } from "./window";

export interface FeedParts {
  readonly source: HistorySource;
  readonly live?: LiveSource | undefined;
  readonly frames?: Frames | undefined;
  /** Data to show until the first response. */
  readonly shown?: Curves | undefined;
}

export interface FeedState {
  readonly curves: Curves;
  readonly loading: boolean;
  readonly error: unknown;
}

export const emptyFeed: FeedState = { curves: new Map(), loading: true, error: null };

// Hidden tabs get no animation frames: beyond this limit, reload instead of queueing.
const maxPending = 10_000;
const rereadAfterMs = 1000;
const catchUpAfterMs = 30_000;

/** The curves of a chart: loaded once, then extended by live points once per animation frame. */
export class SeriesFeed {
  readonly #source: HistorySource;
  readonly #live: LiveSource | undefined;
  readonly #frames: Frames;
  readonly #request: FeedRequest;
  readonly #changed: (state: FeedState) => void;
  #state = emptyFeed;
  #pending: LivePoint[] = [];
  #overflowed = false;
  #reading: AbortController | null = null;
  #cancelFrame: (() => void) | null = null;
  /** The server's last response without live points: of many points in one commit, only the newest is sent live. */
  #confirmed: Curves = new Map();
  readonly #alarm = new Alarm();
  #unsubscribe: () => void = () => undefined;

  constructor(
    { source, live, frames = animationFrames, shown = new Map() }: FeedParts,
    request: FeedRequest,
    changed: (state: FeedState) => void,
  ) {
    this.#source = source;
    this.#live = live;
    this.#frames = frames;
    this.#request = request;
    this.#changed = changed;
    this.#state = { ...emptyFeed, curves: shown };
  }

  /** Subscribes before reading, so that nothing is missed in between. */
  start(): void {
    this.#unsubscribe = this.#live?.subscribe(this.#request.runIds, { points: this.#take, resync: this.#catchUp }) ?? this.#unsubscribe;
    void this.reread();
  }

  stop(): void {
    this.#unsubscribe();
    this.#reading?.abort();
    this.#cancelFrame?.();
    this.#alarm.off();
  }

  reread(): Promise<void> {
    return this.#read((signal) => readWindow(this.#source, this.#request, signal));
  }

  readonly #take = (points: readonly LivePoint[]): void => {
    if (this.#pending.length + points.length > maxPending) {
      this.#pending = [];
      this.#overflowed = true;
    } else {
      this.#pending.push(...points);
    }
    this.#applySoon();
  };

  #applySoon(): void {
    if (this.#pending.length > 0 || this.#overflowed) {
      this.#cancelFrame ??= this.#frames(this.#apply);
    }
  }

  readonly #apply = (): void => {
    this.#cancelFrame = null;
    if (this.#reading !== null) {
      return;
    }
    const { curves, stale } = extend(this.#state.curves, this.#pending, this.#request.toStep);
    this.#pending = [];
    if (curves !== this.#state.curves) {
      this.#set({ ...this.#state, curves });
      this.#alarm.in(catchUpAfterMs, this.#catchUp);
    }
    const tooFine = [...curves.values()].some((curve) => curve.length > 2 * this.#request.maxPoints);
    if (stale || tooFine || this.#overflowed) {
      this.#alarm.in(rereadAfterMs, () => void this.reread());
    }
  };

  /** Reads only what was logged since the last response, if the two can be joined. */
  readonly #catchUp = (): void => {
    const from = this.#reading === null && this.#state.error === null ? tailStart(this.#confirmed) : null;
    if (from === null) {
      void this.reread();
      return;
    }
    const { runIds, keys, toStep, maxPoints } = this.#request;
    void this.#read(async (signal) => {
      const tail = await this.#source.read({ runIds, keys, fromStep: from, toStep, maxPoints }, signal);
      return joinTail(this.#confirmed, tail, from) ?? (await readWindow(this.#source, this.#request, signal));
    });
  };

  async #read(read: (signal: AbortSignal) => Promise<Curves>): Promise<void> {
    this.#reading?.abort();
    this.#alarm.off();
    const reading = new AbortController();
    this.#reading = reading;
    this.#overflowed = false;
    this.#set({ ...this.#state, loading: true });
    let next: FeedState;
    try {
      next = { curves: await read(reading.signal), loading: false, error: null };
    } catch (error) {
      next = { ...this.#state, loading: false, error };
    }
    // Outdated: the feed was stopped, or a newer read has begun.
    if (reading.signal.aborted) {
      return;
    }
    this.#reading = null;
    if (next.error === null) {
      this.#confirmed = next.curves;
    }
    this.#pending = [...newerThan(next.curves, this.#pending)];
    this.#set(next);
    this.#applySoon();
  }

  #set(state: FeedState): void {
    this.#state = state;
    this.#changed(state);
  }
}
