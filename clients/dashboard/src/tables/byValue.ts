/** Compares numbers by value and anything else as text; missing values come first. */
export function byValue(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") {
    return a === b ? 0 : a - b;
  }
  if (typeof a === "number") {
    return 1;
  }
  return typeof b === "number" ? -1 : text(a).localeCompare(text(b));
}

function text(value: unknown): string {
  if (value === null || value === undefined) {
    return "";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
