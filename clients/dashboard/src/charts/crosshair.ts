/** The step under the crosshair of a group of charts. */
export interface Crosshair {
  readonly step: () => number | null;
  readonly set: (step: number | null) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createCrosshair(): Crosshair {
  let current: number | null = null;
  const listeners = new Set<() => void>();
  return {
    step: () => current,
    set: (step) => {
      if (step !== current) {
        current = step;
        for (const listener of listeners) {
          listener();
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const groups = new Map<string, Crosshair>();

/** The crosshair that charts with this key share. */
export function crosshairOf(syncKey: string): Crosshair {
  const known = groups.get(syncKey) ?? createCrosshair();
  groups.set(syncKey, known);
  return known;
}
