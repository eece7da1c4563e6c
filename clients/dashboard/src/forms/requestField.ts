import { limits } from "../api/limits";
import type { Field } from "./fields";

type Requests = typeof limits;

interface Limits {
  readonly type: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly default?: string | number | boolean;
}

export interface Look {
  readonly title: string;
  readonly hint?: string;
  /** What the server does with an empty field that has no default. */
  readonly placeholder?: string;
  readonly rare?: boolean;
  readonly required?: boolean;
  /** Titles of words that do not speak for themselves. */
  readonly titles?: Readonly<Record<string, string>>;
}

/** A member of a request as a form field: its limits, words and default are the API's. */
export function requestField<Request extends keyof Requests>(request: Request, name: keyof Requests[Request] & string, look: Look): Field {
  const member = limits[request][name] as Limits;
  const { titles = {}, ...rest } = look;
  const named = { name, ...rest };
  switch (member.type) {
    case "boolean":
      return { kind: "flag", ...named };
    case "array":
      return { kind: "lines", ...named };
    case "integer":
    case "number":
      return {
        kind: member.type,
        ...named,
        ...placeholderOf(look, member),
        min: member.exclusiveMinimum ?? member.minimum ?? (member.type === "integer" ? 0 : -Number.MAX_VALUE),
        max: member.exclusiveMaximum ?? member.maximum ?? (member.type === "integer" ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE),
        exclusiveMin: member.exclusiveMinimum !== undefined,
        exclusiveMax: member.exclusiveMaximum !== undefined,
      };
    default:
      if (member.enum === undefined) {
        return { kind: "text", ...named, ...(member.maxLength === undefined ? {} : { max: member.maxLength }) };
      }
      return {
        kind: "choice",
        ...named,
        choices: member.enum.map((value) => ({ value, title: titles[value] ?? value })),
        ...(typeof member.default === "string" ? { otherwise: member.default } : {}),
      };
  }
}

function placeholderOf({ placeholder }: Look, member: Limits): { readonly placeholder?: string } {
  const shown = placeholder ?? (member.default === undefined ? undefined : `${member.default}`);
  return shown === undefined ? {} : { placeholder: shown };
}
