import { useSyncExternalStore } from "react";
import { areaOf, xOf } from "./area";
import type { Crosshair } from "./crosshair";
import type { ChartModel } from "./model";
import type { Extent } from "./scale";
import styles from "./charts.module.css";

export interface ChartCursorProps {
  readonly model: ChartModel;
  readonly size: { readonly width: number; readonly height: number };
  readonly crosshair: Crosshair;
  readonly selection: Extent | null;
}

/** The crosshair and the selection, in a layer above the canvas, so the curves are not redrawn for them. */
export function ChartCursor({ model, size, crosshair, selection }: ChartCursorProps) {
  const step = useSyncExternalStore(crosshair.subscribe, crosshair.step);
  const area = areaOf(size);
  const left = step === null || step < model.x.extent.min || step > model.x.extent.max ? null : xOf(model, area, step);
  const from = selection === null ? 0 : xOf(model, area, selection.min);
  return (
    <div className={styles["cursor"]} aria-hidden="true">
      {left !== null && (
        <div className={styles["crosshair"]} style={{ transform: `translateX(${left}px)`, top: area.top, height: area.height }} />
      )}
      {selection !== null && (
        <div
          className={styles["selection"]}
          style={{ left: from, width: xOf(model, area, selection.max) - from, top: area.top, height: area.height }}
        />
      )}
    </div>
  );
}
