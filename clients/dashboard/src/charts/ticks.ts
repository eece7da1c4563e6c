import type { Scale } from "./scale";

/** Round values on a scale, about as many as fit. */
export function ticksOf(scale: Scale, most: number, whole = false): readonly number[] {
  const { min, max } = scale.extent;
  return scale.kind === "log" ? logTicks(min, max, most) : linearTicks(min, max, most, whole);
}

function linearTicks(min: number, max: number, most: number, whole: boolean): readonly number[] {
  const rough = (max - min) / Math.max(1, most);
  if (!(rough > 0) || !Number.isFinite(rough)) {
    return [];
  }
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((one) => one * magnitude >= rough * (1 - 1e-9)) ?? 10;
  const spacing = whole ? Math.max(1, factor * magnitude) : factor * magnitude;
  const first = Math.ceil(min / spacing - 1e-9);
  const last = Math.floor(max / spacing + 1e-9);
  // Multiplied, not added up; and rounded, or 3 × 0.1 would be written 0.30000000000000004.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => Number(((first + index) * spacing).toPrecision(12)));
}

function logTicks(min: number, max: number, most: number): readonly number[] {
  const low = Math.floor(Math.log10(min));
  const high = Math.floor(Math.log10(max));
  const every = Math.max(1, Math.ceil((high - low) / Math.max(1, most)));
  const factors = (high - low) * 3 <= most ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = low; power <= high; power += every) {
    ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)).filter((tick) => tick >= min && tick <= max));
  }
  // Less than a decade may have no power of ten in it.
  return ticks.length >= 2 ? ticks : linearTicks(min, max, most, false);
}
