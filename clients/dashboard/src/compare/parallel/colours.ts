/** A colour between amber (minimum) and cyan (maximum). Both are bright and distinguishable with any colour vision. */
export function colourOn(place: number): string {
  const at = Math.min(Math.max(place, 0), 1);
  const mix = (from: number, to: number): number => Math.round(from + (to - from) * at);
  return `rgb(${mix(255, 0)} ${mix(165, 255)} ${mix(0, 255)})`;
}
