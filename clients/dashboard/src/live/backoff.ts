/** Seconds to wait before the n-th reconnect in a row: 1, 2, 4, 8, 16, then 30. */
export const delayBefore = (failures: number): number => Math.min(2 ** Math.max(failures - 1, 0), 30);
