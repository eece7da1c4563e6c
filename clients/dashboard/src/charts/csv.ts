import type { ChartModel } from "./model";
import type { ChartRun } from "./series";

const columns = [
  "run_id",
  "run",
  "metric",
  "from_step",
  "to_step",
  "mean",
  "min",
  "max",
  "last",
  "count",
  "nan_count",
  "infinite_count",
  "drawn",
] as const;

/** The data of a chart as CSV (RFC 4180): a row per value or bucket. */
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

/** Names come from users: a spreadsheet would run one that begins like a formula. */
function text(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
