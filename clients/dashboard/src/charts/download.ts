/** Hands a file to the browser's downloads. */
export function download(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // A browser takes the address when it's clicked; what it stands for is kept until then.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 0);
}

/** A title as the name of a file, on any system. */
export function fileName(title: string, extension: string): string {
  const name = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replaceAll(/^[-.]+|[-.]+$/g, "");
  return `${name.slice(0, 100) || "chart"}.${extension}`;
}
