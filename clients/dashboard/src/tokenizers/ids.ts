/** Parses pasted ids: 1, 2 3 or [1,2,3]; undefined if the text has anything else. */
export function idsOf(text: string): readonly number[] | undefined {
  const words = text
    .replace(/^\s*\[|\]\s*$/g, "")
    .split(/[\s,]+/)
    .filter((word) => word !== "");
  return words.every((word) => /^\d{1,9}$/.test(word)) ? words.map(Number) : undefined;
}
