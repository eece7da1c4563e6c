import type { Field, Values } from "../forms/fields";

const choice = (value: string, title: string) => ({ value, title });

const kinds = [
  choice("above", "a metric is above"),
  choice("below", "a metric is below"),
  choice("nan", "a metric is NaN"),
  choice("plateau", "a metric does not improve"),
  choice("stalled", "a run is silent"),
  choice("failed", "a run failed"),
  choice("finished", "a run finished"),
];

const metric: Field = {
  kind: "text",
  name: "metric",
  title: "Metric",
  required: true,
  max: 250,
  suggestions: ["val_loss", "train_loss", "loss", "grad_norm"],
};
const threshold: Field = {
  kind: "number",
  name: "threshold",
  title: "Threshold",
  required: true,
  min: -Number.MAX_VALUE,
  max: Number.MAX_VALUE,
};
const points: Field = { kind: "integer", name: "points", title: "Values in a row", min: 1, max: 10_000, placeholder: "1" };

const byKind: Readonly<Record<string, readonly Field[]>> = {
  above: [metric, threshold, points],
  below: [metric, threshold, points],
  nan: [{ ...metric, required: false, hint: "default: any metric" }],
  plateau: [
    metric,
    { kind: "integer", name: "patience_steps", title: "Patience in steps", required: true, min: 1, max: Number.MAX_SAFE_INTEGER },
    { kind: "choice", name: "direction", title: "Better is", choices: [choice("min", "lower"), choice("max", "higher")] },
    { kind: "number", name: "min_delta", title: "By at least", min: 0, max: Number.MAX_VALUE, placeholder: "0" },
  ],
  stalled: [
    {
      kind: "number",
      name: "after_seconds",
      title: "After seconds",
      min: 1,
      max: 31_536_000,
      hint: "default: the interval the run announced",
    },
  ],
};

/** The form fields of a rule kind; the server refuses fields that have no meaning for the kind. */
export const alertFields = (kind: string): readonly Field[] => [
  { kind: "choice", name: "kind", title: "When", choices: kinds },
  ...(byKind[kind] ?? []),
  { kind: "text", name: "run_id", title: "Only run", max: 128, hint: "a run id; default: all runs" },
  { kind: "text", name: "experiment_id", title: "Only experiment", max: 128, rare: true },
  { kind: "text", name: "name", title: "Name", max: 256 },
  { kind: "text", name: "webhook_url", title: "Webhook", max: 2048, rare: true, hint: "address that receives each firing by POST" },
];

export const defaultAlert: Values = { kind: "above", metric: "val_loss" };

export interface Rule {
  readonly kind: string;
  readonly metric?: string | null | undefined;
  readonly threshold?: number | string | null | undefined;
  readonly points?: number | null | undefined;
  readonly patience_steps?: number | null | undefined;
  readonly after_seconds?: number | string | null | undefined;
}

/** A rule in words. */
export function ruleInWords({
  kind,
  metric: name,
  threshold: limit,
  points: row,
  patience_steps: steps,
  after_seconds: seconds,
}: Rule): string {
  const times = row != null && row > 1 ? ` ${row} times in a row` : "";
  switch (kind) {
    case "above":
    case "below":
      return `${name ?? ""} is ${kind} ${limit ?? ""}${times}`;
    case "nan":
      return `${name ?? "any metric"} is NaN${times}`;
    case "plateau":
      return `${name ?? ""} does not improve for ${steps ?? ""} steps`;
    case "stalled":
      return seconds == null ? "a run is silent for longer than its announced interval" : `a run is silent for ${seconds} seconds`;
    case "failed":
      return "a run failed";
    default:
      return "a run finished";
  }
}
