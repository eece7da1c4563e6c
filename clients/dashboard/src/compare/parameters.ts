/** A parameter value, as compared and shown. */
export type Parameter = string | number | boolean;

export type Parameters = ReadonlyMap<string, Parameter>;

// Names and experiments don't influence a run's result.
const labels = new Set(["name", "notes", "tags", "experiment_id", "user_id"]);

/** The parameters of a run's config: nested members by dotted names, lists as they are, null values skipped. */
export function parametersOf(config: unknown): Parameters {
  const found = new Map<string, Parameter>();
  const look = (value: unknown, name: string): void => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      found.set(name, value);
    } else if (Array.isArray(value)) {
      found.set(name, JSON.stringify(value));
    } else if (typeof value === "object" && value !== null) {
      for (const [member, inner] of Object.entries(value)) {
        look(inner, name === "" ? member : `${name}.${member}`);
      }
    }
  };
  if (typeof config === "object" && config !== null) {
    look(Object.fromEntries(Object.entries(config).filter(([member]) => !labels.has(member))), "");
  }
  return found;
}

/** The names of all parameters, and of those that differ between runs; a missing parameter counts as different. */
export function namesOf(all: readonly Parameters[]): { readonly names: readonly string[]; readonly differing: readonly string[] } {
  const names = [...new Set(all.flatMap((parameters) => [...parameters.keys()]))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  return { names, differing: names.filter((name) => new Set(all.map((parameters) => parameters.get(name))).size > 1) };
}

export const shown = (value: Parameter | undefined): string => (value === undefined ? "–" : String(value));
