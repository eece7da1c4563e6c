/** The index of the last step that is not after the wanted one; 0 if all are. Without a wanted one, of the last step. */
export function indexOfStep(steps: readonly number[], wanted: number | undefined): number {
  if (wanted === undefined) {
    return Math.max(0, steps.length - 1);
  }
  const after = steps.findIndex((step) => step > wanted);
  return after === -1 ? Math.max(0, steps.length - 1) : Math.max(0, after - 1);
}
