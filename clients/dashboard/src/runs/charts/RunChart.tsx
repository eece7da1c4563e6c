import { useMemo } from "react";
import type { Schemas } from "../../api/client";
import { type ChartView, runColour, SeriesChart, socketPoints } from "../../charts";

interface RunChartProps {
  readonly run: Pick<Schemas["RunDetail"], "run_id" | "name">;
  readonly name: string;
  readonly height: number | "fill";
  readonly view: ChartView;
  readonly onView: (change: Partial<ChartView>) => void;
}

/** One series of a run. All of a run's charts show the same steps. */
export function RunChart({ run: { run_id, name: label }, name, height, view, onView }: RunChartProps) {
  const runs = useMemo(() => [{ runId: run_id, label, color: runColour(run_id) }], [run_id, label]);
  const keys = useMemo(() => [name], [name]);
  return (
    <SeriesChart
      {...view}
      runs={runs}
      keys={keys}
      title={name}
      height={height}
      syncKey={run_id}
      live={socketPoints}
      onZoom={(fromStep, toStep) => onView({ fromStep, toStep })}
      onReset={() => onView({ fromStep: undefined, toStep: undefined })}
    />
  );
}
