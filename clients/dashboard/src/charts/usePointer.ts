import { type PointerEvent, type PointerEventHandler, useState } from "react";
import { areaOf, stepAt } from "./area";
import type { Crosshair } from "./crosshair";
import type { ChartModel } from "./model";
import type { Extent } from "./scale";
import { stepsBetween } from "./zoom";

const minDrag = 6;

export interface Pointing {
  /** The selected steps while dragging. */
  readonly selection: Extent | null;
  readonly handlers: Record<
    "onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel" | "onPointerLeave",
    PointerEventHandler<HTMLElement>
  >;
}

interface Drag {
  readonly from: number;
  readonly to: number;
}

/** The crosshair follows the pointer; dragging selects steps to zoom to. */
export function usePointer(
  model: ChartModel,
  size: { readonly width: number; readonly height: number },
  crosshair: Crosshair,
  zoom: (steps: Extent) => void,
): Pointing {
  const [drag, setDrag] = useState<Drag | null>(null);
  const area = areaOf(size);
  const pixel = (event: PointerEvent<HTMLElement>) => event.clientX - event.currentTarget.getBoundingClientRect().left;
  const selection =
    drag !== null && Math.abs(drag.to - drag.from) >= minDrag
      ? stepsBetween(stepAt(model, area, drag.from), stepAt(model, area, drag.to))
      : null;
  const stop = () => {
    setDrag(null);
  };
  return {
    selection,
    handlers: {
      onPointerDown: (event) => {
        if (event.isPrimary && event.button === 0) {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: pixel(event), to: pixel(event) });
        }
      },
      onPointerMove: (event) => {
        crosshair.set(stepAt(model, area, pixel(event)));
        if (drag !== null) {
          setDrag({ ...drag, to: pixel(event) });
        }
      },
      onPointerUp: () => {
        stop();
        if (selection !== null) {
          zoom(selection);
        }
      },
      onPointerCancel: stop,
      onPointerLeave: () => {
        crosshair.set(null);
      },
    },
  };
}
