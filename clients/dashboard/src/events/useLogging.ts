import { useEffect, useRef, useState } from "react";
import { useLive } from "../live/hooks";

const recent = 10_000;
const betweenCounts = 1000;

/** How many runs have logged values in the last ten seconds. */
export function useLogging(): number {
  const seen = useRef(new Map<string, number>());
  const [count, setCount] = useState(0);
  useLive("*", (message) => {
    if (message.type === "metric_update") {
      seen.current.set(message.run_id, Date.now());
    }
  });
  useEffect(() => {
    const timer = setInterval(() => {
      const since = Date.now() - recent;
      for (const [runId, at] of seen.current) {
        if (at < since) {
          seen.current.delete(runId);
        }
      }
      setCount(seen.current.size);
    }, betweenCounts);
    return () => clearInterval(timer);
  }, []);
  return count;
}
