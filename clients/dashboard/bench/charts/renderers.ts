import type { BenchCurve } from "./data";

export const width = 1200;
export const height = 400;

/** A renderer of curves; some finish in a microtask. */
export interface Renderer {
  draw(curves: readonly BenchCurve[]): void | Promise<void>;
  remove(): void;
}

/** Forces the canvas to finish deferred work. */
export function settle(host: HTMLElement): void {
  for (const canvas of host.querySelectorAll("canvas")) {
    canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
  }
}

/** Bands of many curves would cover each other, so no renderer draws them then. */
export function bandsFor(curves: readonly BenchCurve[]): boolean {
  return curves.length <= 12;
}
