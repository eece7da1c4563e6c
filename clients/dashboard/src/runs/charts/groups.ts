/** Series whose names begin alike. */
export interface SeriesGroup {
  readonly name: string;
  readonly keys: readonly string[];
}

const rest = "others";

/**
 * Groups names as their authors did: by what is before the first slash, or dot, or, where several share it, the first underscore.
 * Groups with a loss come first. Otherwise groups and names come in alphabetical order, those that begin like no other last.
 */
export function groupByPrefix(names: readonly string[]): readonly SeriesGroup[] {
  const words = new Map<string, number>();
  for (const name of names) {
    const word = firstWord(name);
    if (word !== undefined) {
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  const groups = new Map<string, string[]>();
  for (const name of [...names].sort(compare)) {
    const word = firstWord(name);
    const group = before(name, "/") ?? before(name, ".") ?? (word !== undefined && (words.get(word) ?? 0) > 1 ? word : rest);
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups]
    .map(([name, keys]) => ({ name, keys }))
    .sort(
      (a, b) => Number(hasLoss(b)) - Number(hasLoss(a)) || Number(a.name === rest) - Number(b.name === rest) || compare(a.name, b.name),
    );
}

/** The names in which every word of a search occurs, in any case. */
export function matching(names: readonly string[], search: string): readonly string[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return names.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
}

const hasLoss = ({ keys }: SeriesGroup): boolean => keys.some((key) => key.toLowerCase().includes("loss"));

const compare = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

function before(name: string, separator: string): string | undefined {
  const at = name.indexOf(separator);
  return at > 0 ? name.slice(0, at) : undefined;
}

const firstWord = (name: string): string | undefined => (/[/.]/.test(name) ? undefined : before(name, "_"));
