export const views = ["curves", "differences", "groups", "parallel", "scatter"] as const;
export type ViewName = (typeof views)[number];

/** The state of the comparison; part of the URL. */
export interface CompareView {
  /** These runs, or else the runs of an experiment or of a filter. */
  readonly runIds: readonly string[];
  readonly experimentId: string;
  readonly filter: string;
  /** Temporarily hidden runs. */
  readonly hidden: readonly string[];
  readonly view: ViewName;
  readonly metrics: readonly string[];
  /** The parameter by which runs are grouped. */
  readonly by: string;
}

export const maxRuns = 100;
const maxMetrics = 24;

export function readCompareView(search: URLSearchParams): CompareView {
  return {
    runIds: listOf(search.get("runs")).slice(0, maxRuns),
    experimentId: search.get("experiment") ?? "",
    filter: search.get("filter") ?? "",
    hidden: listOf(search.get("hidden")),
    view: views.find((view) => view === search.get("view")) ?? "curves",
    metrics: [...new Set(search.getAll("metric"))].slice(0, maxMetrics),
    by: search.get("by") ?? "",
  };
}

/** How many runs an address names beyond those that can be compared at once. */
export const leftOutOf = (search: URLSearchParams): number => Math.max(0, listOf(search.get("runs")).length - maxRuns);

/** The URL with part of the comparison changed, and its other parameters kept. */
export function withCompareView(search: URLSearchParams, change: Partial<CompareView>): URLSearchParams {
  const view = { ...readCompareView(search), ...change };
  const entries: readonly (readonly [string, readonly string[]])[] = [
    ["runs", view.runIds.length === 0 ? [] : [view.runIds.join(",")]],
    ["experiment", view.experimentId === "" ? [] : [view.experimentId]],
    ["filter", view.filter === "" ? [] : [view.filter]],
    ["hidden", view.hidden.length === 0 ? [] : [view.hidden.join(",")]],
    ["view", view.view === "curves" ? [] : [view.view]],
    ["metric", view.metrics],
    ["by", view.by === "" ? [] : [view.by]],
  ];
  const changed = new URLSearchParams(search);
  for (const [name, values] of entries) {
    changed.delete(name);
    for (const value of values) {
      changed.append(name, value);
    }
  }
  return changed;
}

const listOf = (text: string | null): readonly string[] => [...new Set((text ?? "").split(",").filter((id) => id !== ""))];
