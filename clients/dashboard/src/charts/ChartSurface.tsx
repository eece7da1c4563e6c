import { type KeyboardEvent, useState } from "react";
import { ChartCursor } from "./ChartCursor";
import type { Crosshair } from "./crosshair";
import { keyAction } from "./keys";
import type { ChartModel } from "./model";
import { spoken } from "./readout";
import type { Extent } from "./scale";
import { usePointer } from "./usePointer";
import styles from "./charts.module.css";

export interface ChartSurfaceProps {
  readonly title: string;
  readonly model: ChartModel;
  readonly size: { readonly width: number; readonly height: number };
  readonly crosshair: Crosshair;
  readonly notesId: string;
  readonly onZoom: (steps: Extent) => void;
  readonly onReset: () => void;
}

/** The interactive layer of a chart: pointer, drag selection, and keyboard access as a slider over the steps. */
export function ChartSurface({ title, model, size, crosshair, notesId, onZoom, onReset }: ChartSurfaceProps) {
  const [reached, setReached] = useState<{ readonly step: number; readonly text: string } | null>(null);
  const { selection, handlers } = usePointer(model, size, crosshair, onZoom);
  const onKeyDown = (event: KeyboardEvent) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const action = plain ? keyAction(event.key, event.shiftKey, model, crosshair.step()) : null;
    if (action === null) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    switch (action.kind) {
      case "move":
        crosshair.set(action.step);
        setReached(action.step === null ? null : { step: action.step, text: spoken(model, action.step) });
        break;
      case "zoom":
        onZoom(action.steps);
        break;
      case "reset":
        onReset();
        break;
    }
  };
  const { min, max } = model.x.extent;
  return (
    <>
      <div
        className={styles["surface"]}
        role="slider"
        aria-label={`${title}: arrow keys move through the values, plus and minus zoom, 0 shows all`}
        aria-describedby={notesId}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuenow={Math.min(Math.max(reached?.step ?? max, min), max)}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onDoubleClick={onReset}
        {...handlers}
      >
        <ChartCursor model={model} size={size} crosshair={crosshair} selection={selection} />
      </div>
      <p aria-live="polite" className={styles["announced"]}>
        {reached?.text}
      </p>
    </>
  );
}
