export const palette = {
  ground: "#000000",
  text: "#FFD700",
  secondary: "#FFA500",
  muted: "#808080",
  error: "#FF0000",
  border: "#333333",
} as const;

const colours = ["#FFD700", "#00FFFF", "#FF7AC6", "#00FF00", "#FFA500", "#8AB4FF", "#FF6B6B", "#C9A0FF"] as const;

/** Dash patterns, to distinguish series without colour: lengths of dash and gap in pixels. The first is solid. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [10, 3, 2, 3], [14, 4], [6, 2, 2, 2, 2, 2], [3, 6]];

/** The colour of the n-th series. */
export function colourAt(index: number): string {
  return colours[index % colours.length] ?? palette.text;
}

/** The dash pattern of the n-th series. Seven patterns and eight colours repeat together only after 56. */
export function dashAt(index: number): readonly number[] {
  return dashes[index % dashes.length] ?? [];
}
