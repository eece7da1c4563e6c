const images: Readonly<Record<string, string>> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", svg: "image/svg+xml" };
const texts = new Set(["txt", "log", "json", "jsonl", "md", "csv", "tsv", "yaml", "yml", "toml", "py", "sh", "ini", "cfg"]);

export type Preview = { readonly kind: "text" } | { readonly kind: "image"; readonly type: string };

/** How a file can be looked at in the page, by its name; nothing when it can't. */
export function previewOf(path: string): Preview | undefined {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const type = images[extension];
  if (type !== undefined) return { kind: "image", type };
  return texts.has(extension) ? { kind: "text" } : undefined;
}

export const artifactAddress = (runId: string, path: string): string =>
  `/api/artifacts/models/${encodeURIComponent(runId)}/${path.split("/").map(encodeURIComponent).join("/")}`;

/** JSON in lines as people read it; any other text as it is. */
export function readable(path: string, text: string): string {
  if (!path.toLowerCase().endsWith(".json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch (fault) {
    // Cut off, or not JSON after all.
    if (fault instanceof SyntaxError) return text;
    throw fault;
  }
}
