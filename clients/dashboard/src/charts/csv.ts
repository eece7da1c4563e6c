import type { ChartModel } from "./model";
import type { ChartRun } from "./series";

const columns = ["run_id", "run", "metric", "from_step", "to_step", "mean", "min", "max", "last", "count", "nan_count", "infinite_count", "drawn"] as const;

/** What a chart shows, as RFC 4180 has it: a row for each value or bucket. */
export function csvOf(model: ChartModel, runs: readonly ChartRun[]): string {
  const labels = new Map(runs.map((run) => [run.runId, run.label]));
  const rows = model.series.flatMap(({ style, curve, line }) =>
    curve.map((bucket, index) => [
      text(style.runId),
      text(labels.get(style.runId) ?? ""),
      text(style.key),
      bucket.from,
      bucket.to,
      bucket.mean ?? "",
      bucket.min ?? "",
      bucket.max ?? "",
      bucket.last,
      bucket.count,
      bucket.nans,
      bucket.infinities,
      line[index]?.y ?? "",
    ]),
  );
  return [columns, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** Names are others' text: one that begins like a formula would be run as one by a spreadsheet. */
function text(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
