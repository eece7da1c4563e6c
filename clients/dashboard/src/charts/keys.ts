import type { ChartModel } from "./model";
import { neighbour } from "./nearest";
import type { Extent } from "./scale";
import { zoomAround } from "./zoom";

/** The action of a key: move the crosshair, change the range, or show everything. */
export type KeyAction =
  { readonly kind: "move"; readonly step: number | null } | { readonly kind: "zoom"; readonly steps: Extent } | { readonly kind: "reset" };

const farSteps = 10;

/** Null for keys that charts don't handle. */
export function keyAction(key: string, far: boolean, model: ChartModel, step: number | null): KeyAction | null {
  const { min, max } = model.x.extent;
  const at = step ?? max;
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight":
      return { kind: "move", step: step === null ? max : moved(model, at, key === "ArrowLeft" ? -1 : 1, far ? farSteps : 1) };
    case "Home":
      return { kind: "move", step: min };
    case "End":
      return { kind: "move", step: max };
    case "Escape":
      return step === null ? null : { kind: "move", step: null };
    case "+":
    case "=":
      return zoomed(zoomAround(model.x.extent, at, 0.5));
    case "-":
      return zoomed(zoomAround(model.x.extent, at, 2));
    case "0":
      return { kind: "reset" };
    default:
      return null;
  }
}

function zoomed(steps: Extent | null): KeyAction | null {
  return steps === null ? null : { kind: "zoom", steps };
}

/** Moves by a number of values within the visible range. */
function moved({ series, x }: ChartModel, step: number, direction: 1 | -1, times: number): number {
  const curves = series.map(({ curve }) => curve);
  let at = step;
  for (let time = 0; time < times; time++) {
    const next = neighbour(curves, at, direction);
    if (next === null || next < x.extent.min || next > x.extent.max) {
      break;
    }
    at = next;
  }
  return at;
}
