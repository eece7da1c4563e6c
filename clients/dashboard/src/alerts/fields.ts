import type { Field, Values } from "../forms/fields";

const choice = (value: string, title: string) => ({ value, title });

const kinds = [
  choice("above", "a metric is above"),
  choice("below", "a metric is below"),
  choice("nan", "a metric is NaN"),
  choice("plateau", "a metric gets no better"),
  choice("stalled", "a run is silent"),
  choice("failed", "a run failed"),
  choice("finished", "a run finished"),
];

const metric: Field = { kind: "text", name: "metric", title: "Metric", required: true, most: 250, suggestions: ["val_loss", "train_loss", "loss", "grad_norm"] };
const threshold: Field = { kind: "number", name: "threshold", title: "Threshold", required: true, least: -Number.MAX_VALUE, most: Number.MAX_VALUE };
const points: Field = { kind: "integer", name: "points", title: "Values in a row", least: 1, most: 10_000, hint: "1 when empty" };

const byKind: Readonly<Record<string, readonly Field[]>> = {
  above: [metric, threshold, points],
  below: [metric, threshold, points],
  nan: [{ ...metric, required: false, hint: "any when empty" }],
  plateau: [
    metric,
    { kind: "integer", name: "patience_steps", title: "For how many steps", required: true, least: 1, most: Number.MAX_SAFE_INTEGER },
    { kind: "choice", name: "direction", title: "Better is", choices: [choice("min", "less"), choice("max", "more")] },
    { kind: "number", name: "min_delta", title: "By at least", least: 0, most: Number.MAX_VALUE, hint: "0 when empty" },
  ],
  stalled: [{ kind: "number", name: "after_seconds", title: "After seconds", least: 1, most: 31_536_000, hint: "what the run announced when empty" }],
};

/** What is asked for a rule of a kind: each kind needs something else, and refuses what has no meaning for it. */
export const alertFields = (kind: string): readonly Field[] => [
  { kind: "choice", name: "kind", title: "When", choices: kinds },
  ...(byKind[kind] ?? []),
  { kind: "text", name: "run_id", title: "Only run", most: 128, hint: "its id; all runs when empty" },
  { kind: "text", name: "experiment_id", title: "Only experiment", most: 128, rare: true },
  { kind: "text", name: "name", title: "Name", most: 256 },
  { kind: "text", name: "webhook_url", title: "Webhook", most: 2048, rare: true, hint: "an address each firing is posted to" },
];

export const usualAlert: Values = { kind: "above", metric: "val_loss" };

export interface Rule {
  readonly kind: string;
  readonly metric?: string | null | undefined;
  readonly threshold?: number | string | null | undefined;
  readonly points?: number | null | undefined;
  readonly patience_steps?: number | null | undefined;
  readonly after_seconds?: number | string | null | undefined;
}

/** A rule as people say it. */
export function ruleInWords({ kind, metric: name, threshold: limit, points: row, patience_steps: steps, after_seconds: seconds }: Rule): string {
  const times = row != null && row > 1 ? ` ${row} times in a row` : "";
  switch (kind) {
    case "above":
    case "below":
      return `${name ?? ""} is ${kind} ${limit ?? ""}${times}`;
    case "nan":
      return `${name ?? "any metric"} is NaN${times}`;
    case "plateau":
      return `${name ?? ""} gets no better for ${steps ?? ""} steps`;
    case "stalled":
      return seconds == null ? "a run is silent for longer than it announced" : `a run is silent for ${seconds} seconds`;
    case "failed":
      return "a run failed";
    default:
      return "a run finished";
  }
}
