/** Starts a browser download. */
export function download(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser reads the URL after the click, so revoke it later.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 0);
}

/** A title as a file name that is valid on any system. */
export function fileName(title: string, extension: string): string {
  const name = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replaceAll(/^[-.]+|[-.]+$/g, "");
  return `${name.slice(0, 100) || "chart"}.${extension}`;
}
