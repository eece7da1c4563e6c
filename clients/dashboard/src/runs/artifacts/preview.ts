const images: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};
const texts = new Set(["txt", "log", "json", "jsonl", "md", "csv", "tsv", "yaml", "yml", "toml", "py", "sh", "ini", "cfg"]);

export type Preview = { readonly kind: "text" } | { readonly kind: "image"; readonly type: string };

/** The kind of preview for a file name; undefined if there is none. */
export function previewOf(path: string): Preview | undefined {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const type = images[extension];
  if (type !== undefined) {
    return { kind: "image", type };
  }
  return texts.has(extension) ? { kind: "text" } : undefined;
}

export const artifactAddress = (runId: string, path: string): string =>
  `/api/artifacts/models/${encodeURIComponent(runId)}/${path.split("/").map(encodeURIComponent).join("/")}`;

/** Pretty-prints JSON; leaves other text unchanged. */
export function readable(path: string, text: string): string {
  if (!path.toLowerCase().endsWith(".json")) {
    return text;
  }
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch (fault) {
    // Truncated, or not JSON.
    if (fault instanceof SyntaxError) {
      return text;
    }
    throw fault;
  }
}
