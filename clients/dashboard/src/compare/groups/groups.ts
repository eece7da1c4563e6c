import { type Parameter, type Parameters, shown } from "../parameters";

/** What a metric was in runs that are alike in a parameter. */
export interface Group {
  readonly name: string;
  readonly values: readonly { readonly runId: string; readonly value: number }[];
  /** Runs without a finite value. */
  readonly without: number;
  readonly mean: number;
  /** Of a sample; NaN of one value. */
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
  const names = [...new Set(runs.map(({ group }) => group))].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
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

/** The group a run is in: true and false are on and off, as people say. */
export function groupNameOf(parameters: Parameters, by: string): string {
  const value: Parameter | undefined = parameters.get(by);
  return typeof value === "boolean" ? `${by} ${value ? "on" : "off"}` : value === undefined ? `no ${by}` : `${by} ${shown(value)}`;
}
