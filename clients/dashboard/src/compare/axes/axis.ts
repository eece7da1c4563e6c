import { scaleLinear, scaleLog, scalePoint } from "d3-scale";
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
  const scale = kind === "log" ? scaleLog([min, max], [0, 1]) : scaleLinear([min, max], [0, 1]);
  const ticks = [...new Set(min === max ? [min] : [min, scale.invert(0.5), max])].map((value) => ({
    at: scale(value),
    text: figure(value),
  }));
  return { field, kind, ticks, place: (value) => (typeof value === "number" ? scale(value) : undefined) };
}

function nameAxis(field: Field, values: readonly Parameter[]): Axis {
  const names = [...new Set(values.map(String))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const scale = scalePoint(names, [0, 1]);
  const every = Math.ceil(names.length / maxNames);
  return {
    field,
    kind: "names",
    ticks: names.flatMap((text, index) => (index % every === 0 ? [{ at: scale(text) ?? 0, text }] : [])),
    place: (value) => (value === undefined ? undefined : scale(String(value))),
  };
}
