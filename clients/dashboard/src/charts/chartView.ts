import type { ScaleKind } from "./scale";
import type { ChartRange } from "./SeriesChart";
import { maxSmoothing } from "./smoothing";

/** The display settings of a page's charts; part of the URL. */
export interface ChartView {
  readonly scale: ScaleKind;
  readonly smoothing: number;
  readonly clipOutliers: boolean;
  readonly range: ChartRange;
  /** The zoomed steps. */
  readonly fromStep: number | undefined;
  readonly toStep: number | undefined;
}

/** Parses the view of a URL; invalid values take the defaults. */
export function readChartView(search: URLSearchParams): ChartView {
  const smoothing = Number(search.get("smoothing"));
  const range = search.get("last");
  return {
    scale: search.get("scale") === "log" ? "log" : "linear",
    smoothing: smoothing > 0 && smoothing <= maxSmoothing ? smoothing : 0,
    clipOutliers: search.get("clip") === "1",
    range: range === "100" || range === "1000" ? range : "all",
    fromStep: stepOf(search.get("from")),
    toStep: stepOf(search.get("to")),
  };
}

/** The URL with part of its view changed; default values are omitted. */
export function withChartView(search: URLSearchParams, change: Partial<ChartView>): URLSearchParams {
  const view = { ...readChartView(search), ...change };
  const entries: readonly (readonly [string, string | undefined])[] = [
    ["scale", view.scale === "log" ? "log" : undefined],
    ["smoothing", view.smoothing > 0 ? String(view.smoothing) : undefined],
    ["clip", view.clipOutliers ? "1" : undefined],
    ["last", view.range === "all" ? undefined : view.range],
    ["from", view.fromStep?.toString()],
    ["to", view.toStep?.toString()],
  ];
  const changed = new URLSearchParams(search);
  for (const [name, value] of entries) {
    if (value === undefined) {
      changed.delete(name);
    } else {
      changed.set(name, value);
    }
  }
  return changed;
}

function stepOf(text: string | null): number | undefined {
  const step = Number(text);
  return text !== null && text !== "" && Number.isSafeInteger(step) && step >= 0 ? step : undefined;
}
