import type { Scale } from "./scale";

/** Round values on a scale, about `maxCount` of them. */
export function ticksOf(scale: Scale, maxCount: number, whole = false): readonly number[] {
  const { min, max } = scale.extent;
  return scale.kind === "log" ? logTicks(min, max, maxCount) : linearTicks(min, max, maxCount, whole);
}

function linearTicks(min: number, max: number, maxCount: number, whole: boolean): readonly number[] {
  const rough = (max - min) / Math.max(1, maxCount);
  if (!(rough > 0) || !Number.isFinite(rough)) {
    return [];
  }
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((step) => step * magnitude >= rough * (1 - 1e-9)) ?? 10;
  const spacing = whole ? Math.max(1, factor * magnitude) : factor * magnitude;
  const first = Math.ceil(min / spacing - 1e-9);
  const last = Math.floor(max / spacing + 1e-9);
  // Multiply and round instead of adding up, else 3 × 0.1 becomes 0.30000000000000004.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => Number(((first + index) * spacing).toPrecision(12)));
}

function logTicks(min: number, max: number, maxCount: number): readonly number[] {
  const low = Math.floor(Math.log10(min));
  const high = Math.floor(Math.log10(max));
  const every = Math.max(1, Math.ceil((high - low) / Math.max(1, maxCount)));
  const factors = (high - low) * 3 <= maxCount ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = low; power <= high; power += every) {
    ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)).filter((tick) => tick >= min && tick <= max));
  }
  // A range below a decade may contain no power of ten.
  return ticks.length >= 2 ? ticks : linearTicks(min, max, maxCount, false);
}
