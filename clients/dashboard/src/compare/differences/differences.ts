import { type Parameters, shown } from "../parameters";

/** A parameter or metric of every run. */
export interface Row {
  readonly name: string;
  readonly kind: "parameter" | "metric";
  readonly texts: readonly string[];
  /** The columns with the best value; empty if all are equal or the better direction is unknown. */
  readonly best: readonly number[];
}

export interface Compared {
  readonly parameters: Parameters;
  readonly metrics: Readonly<Record<string, number | string>>;
}

/** Whether lower is better, judged by the metric's name; undefined if the name does not say. */
export function lessIsBetter(name: string): boolean | undefined {
  if (/loss|perplexity|ppl|error|\bmae\b|\bmse\b|rmse|bits_per/i.test(name)) {
    return true;
  }
  if (/acc|f1|auc|precision|recall|bleu|rouge|reward|score|per_second|throughput/i.test(name)) {
    return false;
  }
  return undefined;
}

export function parameterRows(names: readonly string[], runs: readonly Compared[]): readonly Row[] {
  return names.map((name) => ({ name, kind: "parameter", texts: runs.map(({ parameters }) => shown(parameters.get(name))), best: [] }));
}

export function metricRows(
  names: readonly string[],
  runs: readonly Compared[],
  text: (value: number | string | undefined) => string,
): readonly Row[] {
  return names.map((name) => {
    const values = runs.map(({ metrics }) => metrics[name]);
    const numbers = values.map((value) => (typeof value === "number" ? value : Number.NaN));
    return { name, kind: "metric", texts: values.map(text), best: bestOf(numbers, lessIsBetter(name)) };
  });
}

function bestOf(values: readonly number[], less: boolean | undefined): readonly number[] {
  const finite = values.filter((value) => Number.isFinite(value));
  if (less === undefined || new Set(finite).size < 2) {
    return [];
  }
  const best = less ? Math.min(...finite) : Math.max(...finite);
  return values.flatMap((value, column) => (value === best ? [column] : []));
}

/** The table for a spreadsheet (RFC 4180). */
export function csvOf(runs: readonly { readonly runId: string; readonly name: string }[], rows: readonly Row[]): string {
  const lines = [
    ["", ...runs.map(({ name }) => name)],
    ["run_id", ...runs.map(({ runId }) => runId)],
    ...rows.map(({ name, texts }) => [name, ...texts]),
  ];
  return lines.map((line) => line.map(quoted).join(",")).join("\r\n") + "\r\n";
}

/** Prefixes an apostrophe to text that a spreadsheet would run as a formula. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.]+(e[-+]?\d+)?$)/i.test(text) && text !== "–" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
