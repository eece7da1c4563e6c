import { useId, useMemo, useState } from "react";
import { ChartControls, SeriesChart, socketPoints, useChartView } from "../../charts";
import { usualMetrics } from "../../runs/metricNames";
import { Name } from "../../shell/Name";
import type { CompareView } from "../compareView";
import type { ComparedRun } from "../useComparedRuns";
import styles from "../compare.module.css";

export interface ComparedProps {
  readonly runs: readonly ComparedRun[];
  /** The names of all metrics of these runs. */
  readonly metrics: readonly string[];
  readonly view: CompareView;
  readonly onChange: (change: Partial<CompareView>) => void;
}

/** One chart per selected metric, with all runs. */
export function CurvesView({ runs, metrics, view, onChange }: ComparedProps) {
  const [chart, change] = useChartView();
  const chosen = view.metrics.length > 0 ? view.metrics : usualMetrics(metrics);
  const lines = useMemo(
    () =>
      runs.map(({ runId, name, group, colour }) => ({ runId, label: group === undefined ? name : `${name} (${group})`, color: colour })),
    [runs],
  );
  if (runs.length === 0) {
    return <div className="notice muted">All runs are hidden. Press □ beside a run to show it.</div>;
  }
  return (
    <>
      <div className="actions">
        <AddMetric metrics={metrics.filter((name) => !chosen.includes(name))} onAdd={(name) => onChange({ metrics: [...chosen, name] })} />
        <ChartControls view={chart} onChange={change} />
      </div>
      <div className={styles["charts"]}>
        {chosen.map((name) => (
          <div key={name}>
            <Curves name={name} runs={lines} view={chart} onView={change} />
            {chosen.length > 1 && (
              <button type="button" onClick={() => onChange({ metrics: chosen.filter((metric) => metric !== name) })}>
                remove <Name>{name}</Name>
              </button>
            )}
          </div>
        ))}
      </div>
    </>
  );
}

interface CurvesProps {
  readonly name: string;
  readonly runs: readonly { readonly runId: string; readonly label: string; readonly color: string }[];
  readonly view: ReturnType<typeof useChartView>[0];
  readonly onView: ReturnType<typeof useChartView>[1];
}

function Curves({ name, runs, view, onView }: CurvesProps) {
  const keys = useMemo(() => [name], [name]);
  return (
    <SeriesChart
      {...view}
      runs={runs}
      keys={keys}
      title={name}
      height={320}
      syncKey="compare"
      live={socketPoints}
      onZoom={(fromStep, toStep) => onView({ fromStep, toStep })}
      onReset={() => onView({ fromStep: undefined, toStep: undefined })}
    />
  );
}

function AddMetric({ metrics, onAdd }: { readonly metrics: readonly string[]; readonly onAdd: (name: string) => void }) {
  const list = useId();
  const [typed, setTyped] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!metrics.includes(typed)) {
          return;
        }
        onAdd(typed);
        setTyped("");
      }}
    >
      <input
        list={list}
        value={typed}
        aria-label="Add a metric"
        placeholder="+ metric"
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <datalist id={list}>
        {metrics.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>{" "}
      <button type="submit" disabled={!metrics.includes(typed)}>
        add
      </button>
    </form>
  );
}
