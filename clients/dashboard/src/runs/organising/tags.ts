export interface ReadTags {
  readonly tags: Readonly<Record<string, string>>;
  /** Why the text can't be parsed as tags. */
  readonly problem?: string;
}

/** Parses tags, one per line: a name, or name=value. */
export function tagsOf(text: string): ReadTags {
  const tags = new Map<string, string>();
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (line === "") {
      continue;
    }
    const at = line.indexOf("=");
    const name = (at < 0 ? line : line.slice(0, at)).trim();
    if (name === "") {
      return { tags: {}, problem: `A tag has no name: ${line}` };
    }
    if (tags.has(name)) {
      return { tags: {}, problem: `There are two tags called ${name}.` };
    }
    tags.set(name, at < 0 ? "" : line.slice(at + 1).trim());
  }
  return { tags: Object.fromEntries(tags) };
}

export const tagText = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("\n");
