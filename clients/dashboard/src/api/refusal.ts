let reason: string | undefined;
const watchers = new Set<() => void>();

/** Why the API refused the page's key, or a page without one; undefined while it does not. */
export const refusal = {
  read: (): string | undefined => reason,
  watch: (watcher: () => void): (() => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  set: (next: string | undefined): void => {
    if (next !== reason) {
      reason = next;
      for (const watcher of watchers) {
        watcher();
      }
    }
  },
};
