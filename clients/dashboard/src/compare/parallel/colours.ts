/** A colour between amber and cyan: the least and the greatest of what colours the lines. Both are bright, and far from each other for any eye. */
export function colourOn(place: number): string {
  const at = Math.min(Math.max(place, 0), 1);
  const mix = (from: number, to: number): number => Math.round(from + (to - from) * at);
  return `rgb(${mix(255, 0)} ${mix(165, 255)} ${mix(0, 255)})`;
}
