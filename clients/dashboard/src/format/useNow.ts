import { useSyncExternalStore } from "react";

const interval = 5000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of watchers) {
        each();
      }
    }, interval);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

const read = (): number => now;

/** The current time in ms, every few seconds; one timer for the whole page. */
export const useNow = (): number => useSyncExternalStore(watch, read);
