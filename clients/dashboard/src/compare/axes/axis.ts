import { figure } from "../../format/numbers";
import type { Parameter } from "../parameters";
import type { ComparedRun } from "../useComparedRuns";

/** A parameter or metric of an axis; in the URL as `params.lr`, `metrics.loss`. */
export interface Field {
  readonly kind: "params" | "metrics";
  readonly name: string;
}

export const fieldText = ({ kind, name }: Field): string => `${kind}.${name}`;

export function fieldOf(text: string): Field | undefined {
  const [, kind, name] = /^(params|metrics)\.(.+)$/.exec(text) ?? [];
  return (kind === "params" || kind === "metrics") && name !== undefined ? { kind, name } : undefined;
}

/** A run's value of a field; undefined if it can't be plotted. */
export function valueOf(run: Pick<ComparedRun, "parameters" | "detail">, { kind, name }: Field): Parameter | undefined {
  const value = kind === "params" ? run.parameters.get(name) : run.detail.metrics[name];
  return typeof value === "number" ? (Number.isFinite(value) ? value : undefined) : kind === "metrics" ? undefined : value;
}

/** Maps values to 0 to 1: numbers by value, on a log scale if they span decades; anything else in order, evenly spaced. */
export interface Axis {
  readonly field: Field;
  readonly kind: "linear" | "log" | "names";
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Undefined for values that can't be plotted. */
  readonly place: (value: Parameter | undefined) => number | undefined;
}

const decade = 10;
const maxNames = 30;

export function axisOf(field: Field, values: readonly (Parameter | undefined)[], log?: boolean): Axis {
  const there = values.filter((value) => value !== undefined);
  const numbers = there.filter((value) => typeof value === "number");
  return numbers.length === there.length && numbers.length > 0 ? numberAxis(field, numbers, log) : nameAxis(field, there);
}

function numberAxis(field: Field, numbers: readonly number[], log?: boolean): Axis {
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  const canLog = min > 0;
  const kind = canLog && (log ?? max / min >= decade) ? "log" : "linear";
  const scaled = kind === "log" ? Math.log : (value: number) => value;
  const span = scaled(max) - scaled(min);
  const place = (value: number): number => (span === 0 ? 0.5 : (scaled(value) - scaled(min)) / span);
  const between = kind === "log" ? Math.sqrt(min * max) : (min + max) / 2;
  const ticks = [...new Set(span === 0 ? [min] : [min, between, max])].map((value) => ({ at: place(value), text: figure(value) }));
  return { field, kind, ticks, place: (value) => (typeof value === "number" ? place(value) : undefined) };
}

function nameAxis(field: Field, values: readonly Parameter[]): Axis {
  const names = [...new Set(values.map(String))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const places = new Map(names.map((name, index) => [name, names.length === 1 ? 0.5 : index / (names.length - 1)]));
  const every = Math.ceil(names.length / maxNames);
  return {
    field,
    kind: "names",
    ticks: names.flatMap((text, index) => (index % every === 0 ? [{ at: places.get(text) ?? 0, text }] : [])),
    place: (value) => (value === undefined ? undefined : places.get(String(value))),
  };
}
