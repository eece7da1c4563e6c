interface Named {
  readonly name: string;
  readonly title: string;
  /** An explanation, if the title is not enough. */
  readonly hint?: string;
  /** The server's default, shown while the field is empty. */
  readonly placeholder?: string;
  /** Collapsed by default, because few users change it. */
  readonly rare?: boolean;
}

interface TextField extends Named {
  readonly kind: "text";
  readonly required?: boolean;
  readonly max?: number;
  readonly suggestions?: readonly string[];
}

interface NumberField extends Named {
  readonly kind: "integer" | "number";
  readonly required?: boolean;
  readonly min: number;
  readonly max: number;
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
}

interface ChoiceField extends Named {
  readonly kind: "choice";
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  /** The default, which the server takes when nothing is chosen. */
  readonly otherwise?: string;
  readonly required?: boolean;
}

interface FlagField extends Named {
  readonly kind: "flag";
}

interface LinesField extends Named {
  readonly kind: "lines";
}

/** A member of a request and its form field. */
export type Field = TextField | NumberField | ChoiceField | FlagField | LinesField;

/** The texts in a form's fields, by member. */
export type Values = Readonly<Record<string, string>>;

export const on = "true";

/** The problem of a field's text, in the server's words; undefined if it is valid. */
export function problemOf(field: Field, text: string): string | undefined {
  const given = text.trim();
  switch (field.kind) {
    case "flag":
    case "lines":
      return undefined;
    case "choice":
      return field.required && given === "" ? "is required" : undefined;
    case "text":
      if (given === "") {
        return field.required ? "is required" : undefined;
      }
      return field.max !== undefined && given.length > field.max ? `must have at most ${field.max} characters` : undefined;
    case "integer":
    case "number":
      return given === "" ? (field.required ? "is required" : undefined) : numberProblem(field, given);
  }
}

/** From here on a maximum is only what the type of the number can hold. */
const unlimited = 2 ** 31 - 1;

function numberProblem({ kind, min, max, exclusiveMin = false, exclusiveMax = false }: NumberField, text: string): string | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) {
    return "must be a number";
  }
  if (kind === "integer" && !Number.isInteger(value)) {
    return "must be a whole number";
  }
  const tooSmall = exclusiveMin ? value <= min : value < min;
  const tooLarge = exclusiveMax ? value >= max : value > max;
  if (!tooSmall && !tooLarge) {
    return undefined;
  }
  if (max >= unlimited) {
    return `must be ${exclusiveMin ? "above" : "at least"} ${min}`;
  }
  if (!exclusiveMin && !exclusiveMax) {
    return `must be from ${min} to ${max}`;
  }
  return `must be ${exclusiveMin ? "above" : "at least"} ${min} and ${exclusiveMax ? "below" : "at most"} ${max}`;
}

/** The problems by field name. */
export function problemsOf(fields: readonly Field[], values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const problem = problemOf(field, values[field.name] ?? "");
      return problem === undefined ? [] : [[field.name, problem] as const];
    }),
  );
}

/** The request body of a form; empty fields are omitted, so the server applies its defaults. */
export function bodyOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = (values[field.name] ?? "").trim();
      if (field.kind === "flag") {
        return text === on ? [[field.name, true] as const] : [];
      }
      if (text === "") {
        return [];
      }
      return [[field.name, valueOf(field, text)] as const];
    }),
  );
}

function valueOf(field: Field, text: string): unknown {
  if (field.kind === "integer" || field.kind === "number") {
    return Number(text);
  }
  return field.kind === "lines"
    ? text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "")
    : text;
}

/** The form values of a request; members without a field are ignored. */
export function valuesOf(fields: readonly Field[], body: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    fields.flatMap(({ name }) => {
      const text = textOf(body[name]);
      return text === "" ? [] : [[name, text] as const];
    }),
  );
}

function textOf(value: unknown): string {
  if (value === true) {
    return on;
  }
  if (typeof value === "string" || typeof value === "number") {
    return String(value);
  }
  return Array.isArray(value) ? value.map(textOf).join("\n") : "";
}

/** The problems that the server found in fields which have not been changed since they were sent. */
export const unchangedProblems = (
  problems: Readonly<Record<string, string>>,
  sent: Values,
  values: Values,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(problems).filter(([name]) => (sent[name] ?? "") === (values[name] ?? "")));

/** What keeps a form from being sent; undefined if nothing does. */
export function incomplete(fields: readonly Field[], problems: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(problems).map((name) => fields.find((field) => field.name === name)?.title ?? name);
  return names.length === 0 ? undefined : `Not ready: ${names.join(", ")}`;
}
