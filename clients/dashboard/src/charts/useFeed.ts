import { useCallback, useEffect, useRef, useState } from "react";
import { emptyFeed, type FeedParts, type FeedState, SeriesFeed } from "./feed";
import { preferredFrames } from "./frames";
import type { FeedRequest } from "./window";

export interface Feed extends FeedState {
  readonly retry: () => void;
}

/** Loads the curves of a chart while it is visible. During a new request the old data stays. */
export function useFeed({ source, live }: FeedParts, wanted: FeedRequest, inSight: boolean): Feed {
  const request = useStable(wanted);
  const [state, setState] = useState<FeedState>(emptyFeed);
  const feed = useRef<SeriesFeed | null>(null);
  const shown = useRef(emptyFeed.curves);

  useEffect(() => {
    if (!inSight || request.runIds.length === 0 || request.keys.length === 0) {
      return undefined;
    }
    const current = new SeriesFeed({ source, live, frames: preferredFrames(), shown: shown.current }, request, (next) => {
      shown.current = next.curves;
      setState(next);
    });
    feed.current = current;
    current.start();
    return () => {
      current.stop();
    };
  }, [source, live, request, inSight]);

  const retry = useCallback(() => {
    void feed.current?.reread();
  }, []);
  return { ...state, retry };
}

/** Returns the same object while its content is equal. */
function useStable<T>(value: T): T {
  const [kept, setKept] = useState(value);
  if (JSON.stringify(kept) === JSON.stringify(value)) {
    return kept;
  }
  setKept(value);
  return value;
}
