import type { Schemas } from "../api/client";

export const types = ["log_uniform", "uniform", "int", "choice"] as const;
export type ParameterType = (typeof types)[number];

/** A row of the search space form, as text. */
export interface SpaceRow {
  readonly name: string;
  readonly type: ParameterType;
  /** Options of a choice, separated by commas. */
  readonly values: string;
  readonly min: string;
  readonly max: string;
  /** Step of an int. */
  readonly step: string;
  /** Number of grid points in a range. */
  readonly points: string;
}

export const emptyRow: SpaceRow = { name: "", type: "log_uniform", values: "", min: "", max: "", step: "", points: "" };

type Parameter = Schemas["ParameterDefinition"];

/** The parameter of a row, or its problem. */
export function parameterOf(row: SpaceRow, grid: boolean): { readonly parameter?: Parameter; readonly problem?: string } {
  if (row.name.trim() === "") {
    return { problem: "needs a name" };
  }
  if (row.type === "choice") {
    const values = optionsOf(row.values);
    if (values.length === 0) {
      return { problem: "needs options, separated by commas" };
    }
    return new Set(values.map((value) => JSON.stringify(value))).size < values.length
      ? { problem: "has a duplicate option" }
      : { parameter: { type: "choice", values: [...values] } };
  }
  const [min, max] = [numberOf(row.min), numberOf(row.max)];
  if (min === undefined || max === undefined) {
    return { problem: "needs a min and a max" };
  }
  if (min >= max) {
    return { problem: "needs a max above its min" };
  }
  if (row.type === "int") {
    const step = row.step.trim() === "" ? 1 : numberOf(row.step);
    if (!Number.isInteger(min) || !Number.isInteger(max)) {
      return { problem: "needs whole numbers" };
    }
    if (step === undefined || !Number.isInteger(step) || step < 1) {
      return { problem: "needs a whole step of at least 1" };
    }
    return { parameter: { type: "int", min, max, ...(step === 1 ? {} : { step }) } };
  }
  if (row.type === "log_uniform" && min <= 0) {
    return { problem: "must be above 0" };
  }
  const points = numberOf(row.points);
  if (grid && (points === undefined || !Number.isInteger(points) || points < 2)) {
    return { problem: "needs at least 2 points for a grid" };
  }
  return { parameter: { type: row.type, min, max, ...(grid && points !== undefined ? { points } : {}) } };
}

/** The number of trials in a grid; undefined while a row is invalid. */
export function gridSize(parameters: readonly (Parameter | undefined)[]): number | undefined {
  let size = 1;
  for (const parameter of parameters) {
    if (parameter === undefined) {
      return undefined;
    }
    size *= sizeOf(parameter);
  }
  return size;
}

function sizeOf({ type, values, min, max, step, points }: Parameter): number {
  if (type === "choice") {
    return values?.length ?? 0;
  }
  if (type === "int") {
    return Math.floor((Number(max) - Number(min)) / Number(step ?? 1)) + 1;
  }
  return points ?? 0;
}

/** Parses options: numbers and booleans as such, anything else as text; quotes force text. */
export function optionsOf(text: string): readonly (string | number | boolean)[] {
  return text
    .split(",")
    .map((option) => option.trim())
    .filter((option) => option !== "")
    .map((option) => {
      const quoted = /^"(.*)"$/.exec(option)?.[1];
      if (quoted !== undefined) {
        return quoted;
      }
      if (option === "true" || option === "false") {
        return option === "true";
      }
      return numberOf(option) ?? option;
    });
}

function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : undefined;
}
