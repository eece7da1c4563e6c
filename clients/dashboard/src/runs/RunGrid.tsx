import { Link } from "wouter";
import type { Schemas } from "../api/client";
import { useChartView } from "../charts";
import { duration } from "../format/numbers";
import { Time } from "../format/Time";
import { Panel } from "../shell/Panel";
import { SystemPanel } from "../system/SystemPanel";
import { Actions } from "./Actions";
import { RunChart } from "./charts/RunChart";
import { Checkpoints } from "./Checkpoints";
import { Config } from "./Config";
import { curveNameOf, rateNameOf } from "./metricNames";
import { useRuns } from "./queries";
import { RunLog } from "./RunLog";
import { RunReproduction } from "./RunReproduction";
import { StatusBadge } from "./StatusBadge";
import { Took } from "./Took";
import styles from "./RunGrid.module.css";

/** The overview of a run, in nine panels. */
export function RunGrid({ run }: { readonly run: Schemas["RunDetail"] }) {
  const { data: page } = useRuns();
  const [view, change] = useChartView();
  const names = Object.keys(run.metrics);
  const loss = curveNameOf(names);
  const plots = [loss, rateNameOf(names, loss)];
  const eta = typeof run.eta_seconds === "number" ? `${duration(run.eta_seconds)} left` : "";
  return (
    <div className={styles["grid"]}>
      <Panel title="Runs" beside={<Link href="/">all</Link>}>
        <ol className="log">
          {page?.items.map((other) => (
            <li key={other.run_id}>
              <StatusBadge status={other.status} />{" "}
              <Link href={`/runs/${other.run_id}`} aria-current={other.run_id === run.run_id ? "true" : undefined}>
                {other.name}
              </Link>
            </li>
          ))}
        </ol>
      </Panel>
      <Panel title="System">
        <SystemPanel />
      </Panel>
      <Panel title="Event log">
        <RunLog runId={run.run_id} />
      </Panel>
      {plots.map((name, place) => (
        <section key={place} className="panel" aria-label={name ?? "Plot"}>
          {name === undefined ? (
            <div className="notice muted">No {place === 0 ? "values" : "learning rate"} logged yet.</div>
          ) : (
            <RunChart key={name} run={run} name={name} height="fill" view={view} onView={change} />
          )}
        </section>
      ))}
      <Panel title="Run config" beside={`attempt ${run.attempt}`}>
        <Config run={run} />
      </Panel>
      <Panel title="Checkpoints" wide>
        <Checkpoints runId={run.run_id} own={run.kind === "own"} />
      </Panel>
      <Panel title="Actions">
        <div className="notice">
          {run.message} <span className="muted">{eta}</span>
          {run.started_at != null && (
            <div className="muted">
              started <Time at={run.started_at} />
              {run.ended_at != null && (
                <>
                  , ended <Time at={run.ended_at} />
                </>
              )}
              , {run.status === "running" ? "running for" : "took"} <Took run={run} />
            </div>
          )}
          {run.error_kind && (
            <div className="muted">
              {run.error_kind}
              {run.error_code && ` · ${run.error_code}`}
            </div>
          )}
        </div>
        {run.reproduces_run_id && <RunReproduction runId={run.run_id} original={run.reproduces_run_id} />}
        <Actions run={run} />
      </Panel>
    </div>
  );
}
