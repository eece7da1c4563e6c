import { type Parameter, type Parameters, shown } from "../parameters";

/** Statistics of a metric over runs with the same parameter value. */
export interface Group {
  readonly name: string;
  readonly values: readonly { readonly runId: string; readonly value: number }[];
  /** Runs without a finite value. */
  readonly without: number;
  readonly mean: number;
  /** Sample standard deviation; NaN for a single value. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

export interface Valued {
  readonly runId: string;
  readonly group: string;
  readonly value: number | undefined;
}

export function groupsOf(runs: readonly Valued[]): readonly Group[] {
  const names = [...new Set(runs.map(({ group }) => group))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return names.map((name) => {
    const members = runs.filter(({ group }) => group === name);
    const values = members.flatMap(({ runId, value }) => (value !== undefined && Number.isFinite(value) ? [{ runId, value }] : []));
    const numbers = values.map(({ value }) => value);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return {
      name,
      values,
      without: members.length - values.length,
      mean,
      deviation: numbers.length > 1 ? Math.sqrt(squares / (numbers.length - 1)) : Number.NaN,
      min: numbers.length > 0 ? Math.min(...numbers) : Number.NaN,
      max: numbers.length > 0 ? Math.max(...numbers) : Number.NaN,
    };
  });
}

/** The name of a run's group; true and false become on and off. */
export function groupNameOf(parameters: Parameters, by: string): string {
  const value: Parameter | undefined = parameters.get(by);
  return typeof value === "boolean" ? `${by} ${value ? "on" : "off"}` : value === undefined ? `no ${by}` : `${by} ${shown(value)}`;
}
