interface Named {
  readonly name: string;
  readonly title: string;
  /** What it means, where its title doesn't say. */
  readonly hint?: string;
  /** Folded away: few change it. */
  readonly rare?: boolean;
}

interface TextField extends Named {
  readonly kind: "text";
  readonly required?: boolean;
  readonly most?: number;
  readonly suggestions?: readonly string[];
}

interface NumberField extends Named {
  readonly kind: "integer" | "number";
  readonly required?: boolean;
  readonly least: number;
  readonly most: number;
  /** Whether the least itself is too little. */
  readonly above?: boolean;
  /** Whether the greatest itself is too much. */
  readonly below?: boolean;
}

interface ChoiceField extends Named {
  readonly kind: "choice";
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  /** The choice that holds when none is made. */
  readonly otherwise?: string;
  readonly required?: boolean;
}

interface FlagField extends Named {
  readonly kind: "flag";
}

interface LinesField extends Named {
  readonly kind: "lines";
}

/** A member of a request, as a form asks for it. */
export type Field = TextField | NumberField | ChoiceField | FlagField | LinesField;

/** What stands in a form; every member as the text in its field. */
export type Values = Readonly<Record<string, string>>;

export const on = "true";

/** Why the text of a field can't be taken, as the server says it; nothing when it can. */
export function problemOf(field: Field, text: string): string | undefined {
  const given = text.trim();
  switch (field.kind) {
    case "flag":
    case "lines":
      return undefined;
    case "choice":
      return field.required && given === "" ? "is required" : undefined;
    case "text":
      if (given === "") return field.required ? "is required" : undefined;
      return field.most !== undefined && given.length > field.most ? `must have at most ${field.most} characters` : undefined;
    case "integer":
    case "number":
      return given === "" ? (field.required ? "is required" : undefined) : numberProblem(field, given);
  }
}

/** From here on a maximum is only what the number's type holds. */
const unlimited = 2 ** 31 - 1;

function numberProblem({ kind, least, most, above = false, below = false }: NumberField, text: string): string | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return "must be a number";
  if (kind === "integer" && !Number.isInteger(value)) return "must be a whole number";
  const [low, high] = [above ? value <= least : value < least, below ? value >= most : value > most];
  if (!low && !high) return undefined;
  if (most >= unlimited) return `must be ${above ? "above" : "at least"} ${least}`;
  return above || below ? `must be ${above ? "above" : "at least"} ${least} and ${below ? "below" : "at most"} ${most}` : `must be from ${least} to ${most}`;
}

/** Every problem by its field's name. */
export function problemsOf(fields: readonly Field[], values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const problem = problemOf(field, values[field.name] ?? "");
      return problem === undefined ? [] : [[field.name, problem] as const];
    }),
  );
}

/** The request a form asks for; what is left empty is left out, for the server to decide. */
export function bodyOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = (values[field.name] ?? "").trim();
      if (field.kind === "flag") return text === on ? [[field.name, true] as const] : [];
      if (text === "") return [];
      return [[field.name, valueOf(field, text)] as const];
    }),
  );
}

function valueOf(field: Field, text: string): unknown {
  if (field.kind === "integer" || field.kind === "number") return Number(text);
  return field.kind === "lines" ? text.split("\n").map((line) => line.trim()).filter((line) => line !== "") : text;
}

/** A request as a form shows it; of members the form doesn't know nothing is taken. */
export function valuesOf(fields: readonly Field[], body: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    fields.flatMap(({ name }) => {
      const text = textOf(body[name]);
      return text === "" ? [] : [[name, text] as const];
    }),
  );
}

function textOf(value: unknown): string {
  if (value === true) return on;
  if (typeof value === "string" || typeof value === "number") return String(value);
  return Array.isArray(value) ? value.map(textOf).join("\n") : "";
}
