import { useCallback, useEffect, useRef, useState } from "react";
import { useLive } from "../live/hooks";
import { type Entry, entryOf, withNewer } from "./entries";

interface EventsWanted {
  readonly topic: string;
  /** Filter for events; default: all. */
  readonly takes?: (entry: Entry) => boolean;
  readonly limit: number;
  readonly paused?: boolean;
}

/** Live events, newest first. Renders once a frame, however many messages arrive. */
export function useEvents({ topic, takes, limit, paused = false }: EventsWanted): readonly Entry[] {
  const [shown, setShown] = useState<readonly Entry[]>([]);
  const waiting = useRef<Entry[]>([]);
  const frame = useRef<number>(undefined);
  const draw = useCallback(() => {
    frame.current = undefined;
    const newer = waiting.current;
    waiting.current = [];
    setShown((earlier) => withNewer(earlier, newer, limit));
  }, [limit]);
  useLive(topic, (message) => {
    if (paused) {
      return;
    }
    const entry = entryOf(message, new Date().toISOString());
    if (entry === undefined || takes?.(entry) === false) {
      return;
    }
    waiting.current.push(entry);
    // Hidden pages get no animation frames, so bound the queue.
    if (waiting.current.length > limit) {
      waiting.current.shift();
    }
    frame.current ??= requestAnimationFrame(draw);
  });
  useEffect(
    () => () => {
      if (frame.current !== undefined) {
        cancelAnimationFrame(frame.current);
      }
    },
    [],
  );
  return shown;
}
