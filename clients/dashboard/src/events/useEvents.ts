import { useCallback, useEffect, useRef, useState } from "react";
import { useLive } from "../live/hooks";
import { type Entry, entryOf, withNewer } from "./entries";

interface EventsWanted {
  readonly topic: string;
  /** Those it takes; all when left out. */
  readonly takes?: (entry: Entry) => boolean;
  readonly most: number;
  readonly paused?: boolean;
}

/** What happens, as it happens, the newest first. However many messages come, the page is drawn once a frame. */
export function useEvents({ topic, takes, most, paused = false }: EventsWanted): readonly Entry[] {
  const [shown, setShown] = useState<readonly Entry[]>([]);
  const waiting = useRef<Entry[]>([]);
  const frame = useRef<number>(undefined);
  const draw = useCallback(() => {
    frame.current = undefined;
    const newer = waiting.current;
    waiting.current = [];
    setShown((earlier) => withNewer(earlier, newer, most));
  }, [most]);
  useLive(topic, (message) => {
    if (paused) return;
    const entry = entryOf(message, new Date().toISOString());
    if (entry === undefined || takes?.(entry) === false) return;
    waiting.current.push(entry);
    // A hidden page has no frames.
    if (waiting.current.length > most) waiting.current.shift();
    frame.current ??= requestAnimationFrame(draw);
  });
  useEffect(
    () => () => {
      if (frame.current !== undefined) cancelAnimationFrame(frame.current);
    },
    [],
  );
  return shown;
}
