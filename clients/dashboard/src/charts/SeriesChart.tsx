import { useId, useMemo, useRef, useState } from "react";
import { apiHistory } from "./apiHistory";
import { ChartCanvas } from "./ChartCanvas";
import { ChartLegend } from "./ChartLegend";
import { ChartSurface } from "./ChartSurface";
import { ChartTools } from "./ChartTools";
import { createCrosshair, crosshairOf } from "./crosshair";
import { type HistorySource, pointsFor } from "./history";
import type { LiveSource } from "./live";
import { chartModel } from "./model";
import type { Extent, ScaleKind } from "./scale";
import { type ChartRun, seriesOf } from "./series";
import { useFeed } from "./useFeed";
import { useSight } from "./useSight";
import classes from "./charts.module.css";

export type ChartRange = "all" | "1000" | "100";

export interface SeriesChartProps {
  readonly runs: readonly ChartRun[];
  readonly keys: readonly string[];
  readonly title: string;
  /** Height in pixels, default 220; "fill" takes the available height. */
  readonly height?: number | "fill" | undefined;
  /** The steps to show. Update them in `onZoom` and `onReset`; if omitted, the chart keeps its own. */
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  readonly scale?: ScaleKind | undefined;
  /** Smoothing, from 0 (none) to below 1. */
  readonly smoothing?: number | undefined;
  readonly clipOutliers?: boolean | undefined;
  /** The number of last steps to show when not zoomed. */
  readonly range?: ChartRange | undefined;
  /** Charts with the same key share a crosshair. */
  readonly syncKey?: string | undefined;
  readonly onZoom?: ((fromStep: number, toStep: number) => void) | undefined;
  readonly onReset?: (() => void) | undefined;
  /** Must be the same object in every render; so must `source`. */
  readonly live?: LiveSource | undefined;
  readonly source?: HistorySource | undefined;
}

export function SeriesChart({
  height = 220,
  scale = "linear",
  smoothing = 0,
  clipOutliers = false,
  range = "all",
  source = apiHistory,
  ...props
}: SeriesChartProps) {
  const { runs, keys, title, syncKey, live, onZoom, onReset } = props;
  const box = useRef<HTMLDivElement>(null);
  const notesId = useId();
  const sight = useSight(box);
  const { width, inSight } = sight;
  const [own, setOwn] = useState<Extent | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [ownCrosshair] = useState(createCrosshair);
  const crosshair = syncKey === undefined ? ownCrosshair : crosshairOf(syncKey);

  const from = props.fromStep ?? own?.min;
  const to = props.toStep ?? own?.max;
  const zoomed = from !== undefined || to !== undefined;
  const lastSteps = zoomed || range === "all" ? undefined : Number(range);
  const styles = useMemo(() => seriesOf(runs, keys), [runs, keys]);
  // Rounded to hundreds of pixels, so that resizing a window does not reload curves for each pixel.
  const maxPoints = pointsFor(Math.ceil(width / 100) * 100, styles.length);
  const runIds = runs.map((run) => run.runId);
  const request = { runIds, keys, fromStep: from, toStep: to, lastSteps, maxPoints, warmUp: smoothing > 0 };
  const { curves, loading, error, retry } = useFeed({ source, live }, request, inSight && width > 0);
  const model = useMemo(
    () => chartModel(styles, curves, { scale, smoothing, clipOutliers, from, to, lastSteps }),
    [styles, curves, scale, smoothing, clipOutliers, from, to, lastSteps],
  );

  const size = { width, height: height === "fill" ? sight.height : height };
  const zoom = ({ min, max }: Extent) => {
    if (onZoom === undefined) {
      setOwn({ min, max });
    } else {
      onZoom(min, max);
    }
  };
  const reset = () => {
    setOwn(null);
    onReset?.();
  };
  const problem = error ?? failure;
  return (
    <figure className={height === "fill" ? [classes["chart"], classes["filling"]].join(" ") : classes["chart"]}>
      <figcaption>
        <span className={classes["title"]} title={title}>
          {title}
        </span>
        {lastSteps !== undefined && <span className={classes["note"]}>last {lastSteps} steps</span>}
        {model !== null && (
          <ChartTools title={title} model={model} runs={runs} size={size} zoomed={zoomed} onReset={reset} onError={setFailure} />
        )}
      </figcaption>
      <div ref={box} className={classes["box"]} style={height === "fill" ? undefined : { height }} aria-busy={loading}>
        <ChartCanvas model={model} {...size} />
        {model !== null && <ChartSurface {...{ title, model, size, crosshair, notesId }} onZoom={zoom} onReset={reset} />}
        {model === null && problem === null && <p className={classes["empty"]}>{loading ? "loading…" : "no values yet"}</p>}
      </div>
      {problem !== null && (
        <p role="alert" className={classes["error"]}>
          {problem instanceof Error ? problem.message : "Loading failed."}{" "}
          <button type="button" onClick={retry}>
            try again
          </button>
        </p>
      )}
      {model !== null && <ChartLegend model={model} crosshair={crosshair} />}
      <p id={notesId} className={classes["notes"]}>
        {model?.notes.join(" · ")}
      </p>
    </figure>
  );
}
