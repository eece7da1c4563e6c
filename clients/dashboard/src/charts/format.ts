/** A value for a legend: four significant digits. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) {
    return "NaN";
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "∞" : "−∞";
  }
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3) : String(Number(value.toPrecision(5)));
}

/** A step for an axis: 1500 as 1.5k. */
export function formatStep(step: number): string {
  const size = Math.abs(step);
  const [divisor, unit] = size >= 1e9 ? [1e9, "G"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return `${Number((step / divisor).toPrecision(6))}${unit}`;
}

/** A short value for an axis. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential().replace("e+", "e") : String(value);
}

/** A range of steps in words. */
export function formatSteps(from: number, to: number): string {
  return from === to ? `step ${from}` : `steps ${from}–${to}`;
}
