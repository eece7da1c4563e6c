import type { Schemas } from "../api/client";

export const types = ["log_uniform", "uniform", "int", "choice"] as const;
export type ParameterType = (typeof types)[number];

/** A parameter of a search as its row in the form has it, in text. */
export interface SpaceRow {
  readonly name: string;
  readonly type: ParameterType;
  /** Of a choice: its options, with commas between them. */
  readonly values: string;
  readonly min: string;
  readonly max: string;
  /** Of an int: the distance of neighbours. */
  readonly step: string;
  /** Into how many points a grid cuts a range. */
  readonly points: string;
}

export const emptyRow: SpaceRow = { name: "", type: "log_uniform", values: "", min: "", max: "", step: "", points: "" };

type Parameter = Schemas["ParameterDefinition"];

/** What a row asks for, or why it can't be. */
export function parameterOf(row: SpaceRow, grid: boolean): { readonly parameter?: Parameter; readonly problem?: string } {
  if (row.name.trim() === "") return { problem: "needs a name" };
  if (row.type === "choice") {
    const values = optionsOf(row.values);
    if (values.length === 0) return { problem: "needs options, with commas between them" };
    return new Set(values.map((value) => JSON.stringify(value))).size < values.length ? { problem: "has an option twice" } : { parameter: { type: "choice", values: [...values] } };
  }
  const [min, max] = [numberOf(row.min), numberOf(row.max)];
  if (min === undefined || max === undefined) return { problem: "needs a least and a greatest number" };
  if (min >= max) return { problem: "needs a greatest number above its least" };
  if (row.type === "int") {
    const step = row.step.trim() === "" ? 1 : numberOf(row.step);
    if (!Number.isInteger(min) || !Number.isInteger(max)) return { problem: "needs whole numbers" };
    if (step === undefined || !Number.isInteger(step) || step < 1) return { problem: "needs a whole step from 1 up" };
    return { parameter: { type: "int", min, max, ...(step === 1 ? {} : { step }) } };
  }
  if (row.type === "log_uniform" && min <= 0) return { problem: "must be above 0" };
  const points = numberOf(row.points);
  if (grid && (points === undefined || !Number.isInteger(points) || points < 2)) return { problem: "needs a number of points for a grid, from 2 up" };
  return { parameter: { type: row.type, min, max, ...(grid && points !== undefined ? { points } : {}) } };
}

/** How many trials a grid has; nothing while a row is not right. */
export function gridSize(parameters: readonly (Parameter | undefined)[]): number | undefined {
  let size = 1;
  for (const parameter of parameters) {
    if (parameter === undefined) return undefined;
    size *= sizeOf(parameter);
  }
  return size;
}

function sizeOf({ type, values, min, max, step, points }: Parameter): number {
  if (type === "choice") return values?.length ?? 0;
  if (type === "int") return Math.floor((Number(max) - Number(min)) / Number(step ?? 1)) + 1;
  return points ?? 0;
}

/** Options as they are meant: numbers and truths as such, all else as text; in quotes as text in any case. */
export function optionsOf(text: string): readonly (string | number | boolean)[] {
  return text
    .split(",")
    .map((option) => option.trim())
    .filter((option) => option !== "")
    .map((option) => {
      const quoted = /^"(.*)"$/.exec(option)?.[1];
      if (quoted !== undefined) return quoted;
      if (option === "true" || option === "false") return option === "true";
      return numberOf(option) ?? option;
    });
}

function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : undefined;
}
