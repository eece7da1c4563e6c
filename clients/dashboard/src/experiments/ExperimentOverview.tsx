import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import type { Schemas } from "../api/client";
import { queries } from "../api/queries";
import { ChartControls, runColour, SeriesChart, socketPoints, useChartView } from "../charts";
import { RunList } from "../runs/list/RunList";
import { objectiveOf } from "../runs/metricNames";
import { useFreshness } from "../runs/queries";
import { Panel } from "../shell/Panel";
import { Importance } from "./Importance";
import styles from "./experiments.module.css";

const maxCurves = 10;

/** The runs of an experiment: curves, parameter importance and the table of runs. */
export function ExperimentOverview({ experiment: { experiment_id: experimentId } }: { readonly experiment: Schemas["ExperimentView"] }) {
  const [search, setSearch] = useSearchParams();
  const [view, change] = useChartView();
  const newest = useNewest(experimentId);
  const names = useMetricNames(newest[0]?.run_id);
  const metric = search.get("metric") ?? objectiveOf(names) ?? names[0];
  const runs = useMemo(() => newest.map(({ run_id, name }) => ({ runId: run_id, label: name, color: runColour(run_id) })), [newest]);
  const keys = useMemo(() => (metric === undefined ? [] : [metric]), [metric]);
  const choose = (name: string): void =>
    setSearch((current) => {
      const next = new URLSearchParams(current);
      next.set("metric", name);
      return next;
    });
  return (
    <div className={styles["experiment"]}>
      <Panel title={metric ?? "Curves"} beside={newest.length === maxCurves ? `of the newest ${maxCurves} runs` : ""}>
        {metric === undefined ? (
          <div className="notice muted">No values yet. Curves appear here once a run logs a metric.</div>
        ) : (
          <>
            <div className="actions">
              <label>
                metric{" "}
                <select value={metric} onChange={({ currentTarget }) => choose(currentTarget.value)}>
                  {[...new Set([metric, ...names])].map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
              <ChartControls view={view} onChange={change} />
            </div>
            <SeriesChart
              {...view}
              runs={runs}
              keys={keys}
              title={metric}
              height={260}
              live={socketPoints}
              onZoom={(fromStep, toStep) => change({ fromStep, toStep })}
              onReset={() => change({ fromStep: undefined, toStep: undefined })}
            />
          </>
        )}
      </Panel>
      <Panel title="Parameter importance">
        {metric === undefined ? (
          <div className="notice muted">No metrics yet.</div>
        ) : (
          <Importance experimentId={experimentId} metric={metric} />
        )}
      </Panel>
      <div className={styles["whole"]}>
        <RunList experimentId={experimentId} />
      </div>
    </div>
  );
}

function useNewest(experimentId: string): readonly Schemas["RunSummary"][] {
  const options = queries.queryOptions("get", "/api/runs", { params: { query: { experiment_id: experimentId, limit: maxCurves } } });
  useFreshness({ queryKey: options.queryKey }, "*", ["status_change"]);
  const { data: page } = useQuery(options);
  return useMemo(() => page?.items ?? [], [page]);
}

function useMetricNames(runId: string | undefined): readonly string[] {
  const { data: run } = queries.useQuery(
    "get",
    "/api/runs/{runId}",
    { params: { path: { runId: runId ?? "" } } },
    { enabled: runId !== undefined },
  );
  return useMemo(() => Object.keys(run?.metrics ?? {}).sort(), [run]);
}
