import type { ChartView } from "./chartView";
import type { ChartRange } from "./SeriesChart";
import { maxSmoothing } from "./smoothing";
import styles from "./charts.module.css";

interface ChartControlsProps {
  readonly view: ChartView;
  readonly onChange: (change: Partial<ChartView>) => void;
}

const ranges: readonly { readonly value: ChartRange; readonly name: string }[] = [
  { value: "100", name: "last 100" },
  { value: "1000", name: "last 1000" },
  { value: "all", name: "all" },
];

/** The display settings of all charts on a page. */
export function ChartControls({ view, onChange }: ChartControlsProps) {
  const zoomed = view.fromStep !== undefined || view.toStep !== undefined;
  return (
    <div className={styles["controls"]} role="group" aria-label="Charts">
      {ranges.map(({ value, name }) => (
        <button
          key={value}
          type="button"
          aria-pressed={!zoomed && view.range === value}
          onClick={() => onChange({ range: value, fromStep: undefined, toStep: undefined })}
        >
          {name}
        </button>
      ))}
      {zoomed && (
        <span className="info">
          steps {view.fromStep ?? "…"}–{view.toStep ?? "…"}
        </span>
      )}
      <button
        type="button"
        aria-pressed={view.scale === "log"}
        onClick={() => onChange({ scale: view.scale === "log" ? "linear" : "log" })}
      >
        log
      </button>
      <button type="button" aria-pressed={view.clipOutliers} onClick={() => onChange({ clipOutliers: !view.clipOutliers })}>
        clip outliers
      </button>
      <label>
        smoothing{" "}
        <input
          type="range"
          min={0}
          max={maxSmoothing}
          step={0.01}
          value={view.smoothing}
          onChange={(event) => onChange({ smoothing: event.currentTarget.valueAsNumber })}
        />{" "}
        <output>{view.smoothing.toFixed(2)}</output>
      </label>
    </div>
  );
}
