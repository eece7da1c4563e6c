import type { BenchCurve } from "./data";

export const width = 1200;
export const height = 400;

/** Whatever draws curves; some finish in a microtask. */
export interface Renderer {
  draw(curves: readonly BenchCurve[]): void | Promise<void>;
  remove(): void;
}

/** A canvas may put work off until somebody looks. */
export function settle(host: HTMLElement): void {
  for (const canvas of host.querySelectorAll("canvas")) {
    canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
  }
}

/** Bands of many curves cover each other; none of the renderers draws them then. */
export function bandsFor(curves: readonly BenchCurve[]): boolean {
  return curves.length <= 12;
}
