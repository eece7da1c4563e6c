import { token, tokens } from "../theme/tokens";

export const palette = {
  ground: token("ground"),
  text: token("text"),
  secondary: token("secondary"),
  error: token("error"),
  border: token("border"),
} as const;

export const chartFont = `${token("chart-size")} ${token("mono")}`;

const colours = tokens("series");

/** Dash patterns, to distinguish series without colour: lengths of dash and gap in pixels. The first is solid. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [10, 3, 2, 3], [14, 4], [6, 2, 2, 2, 2, 2], [3, 6]];

/** The colour of the n-th series. */
export function colourAt(index: number): string {
  return colours[index % colours.length] ?? palette.text;
}

/** The dash pattern of the n-th series of one colour: solid lines unless colours collide. */
export function dashAt(index: number): readonly number[] {
  return dashes[index % dashes.length] ?? [];
}
