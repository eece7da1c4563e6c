import { useSyncExternalStore } from "react";
import type { Crosshair } from "./crosshair";
import { formatSteps } from "./format";
import type { ChartModel } from "./model";
import { readouts } from "./readout";
import type { SeriesStyle } from "./series";
import styles from "./charts.module.css";

/** A longer legend may scroll, so it must be focusable. */
const maxAtOnce = 12;

export interface ChartLegendProps {
  readonly model: ChartModel;
  readonly crosshair: Crosshair;
}

/** The series with their values at the crosshair, or their last values without one. */
export function ChartLegend({ model, crosshair }: ChartLegendProps) {
  const step = useSyncExternalStore(crosshair.subscribe, crosshair.step);
  return (
    <div className={styles["legend"]} {...(model.series.length > maxAtOnce ? { tabIndex: 0, role: "group", "aria-label": "Values" } : {})}>
      <span className={styles["at"]}>{step === null ? "last" : formatSteps(Math.round(step), Math.round(step))}</span>
      <ul aria-label="Values">
        {readouts(model, step).map(({ style, value, detail }) => (
          <li key={style.id} title={`${style.label}${detail === "" ? "" : ` · ${detail}`}`}>
            <LineSample style={style} />
            <bdi className={styles["label"]}>{style.label}</bdi> <span className={styles["value"]}>{value}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function LineSample({ style }: { readonly style: SeriesStyle }) {
  return (
    <svg width="28" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="28" y2="4" stroke={style.colour} strokeWidth="2" strokeDasharray={style.dash.join(" ")} />
    </svg>
  );
}
