/** A parameter of a run as it is compared and shown. */
export type Parameter = string | number | boolean;

export type Parameters = ReadonlyMap<string, Parameter>;

// What a run is called and where it belongs did not make it what it became.
const labels = new Set(["name", "notes", "tags", "experiment_id", "user_id"]);

/** The parameters in a run's config: members of members are named by dots, lists stand for themselves, what is null was not set. */
export function parametersOf(config: unknown): Parameters {
  const found = new Map<string, Parameter>();
  const look = (value: unknown, name: string): void => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") found.set(name, value);
    else if (Array.isArray(value)) found.set(name, JSON.stringify(value));
    else if (typeof value === "object" && value !== null) {
      for (const [member, inner] of Object.entries(value)) look(inner, name === "" ? member : `${name}.${member}`);
    }
  };
  if (typeof config === "object" && config !== null) look(Object.fromEntries(Object.entries(config).filter(([member]) => !labels.has(member))), "");
  return found;
}

/** The names of all parameters, and of those that aren't alike in all runs; a run without one is unlike one with it. */
export function namesOf(all: readonly Parameters[]): { readonly names: readonly string[]; readonly differing: readonly string[] } {
  const names = [...new Set(all.flatMap((parameters) => [...parameters.keys()]))].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  return { names, differing: names.filter((name) => new Set(all.map((parameters) => parameters.get(name))).size > 1) };
}

export const shown = (value: Parameter | undefined): string => (value === undefined ? "–" : String(value));
