import { Link } from "wouter";
import { SeriesChart } from "../charts/SeriesChart";
import { duration, figure } from "../format/numbers";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { SystemPanel } from "../system/SystemPanel";
import { Actions } from "./Actions";
import { Checkpoints } from "./Checkpoints";
import { Config } from "./Config";
import { useRun, useRuns } from "./queries";
import { RunLog } from "./RunLog";
import { StatusBadge } from "./StatusBadge";

/** One run in nine fields. */
export function RunPage({ runId }: { readonly runId: string }) {
  const { data: run, error } = useRun(runId);
  const { data: page } = useRuns("");
  if (run === undefined) return error === null ? <Waiting /> : <Fault error={error} />;
  const names = Object.keys(run.metrics);
  const loss = names.find((name) => name === "train_loss") ?? names.find((name) => name.includes("loss")) ?? names[0];
  const rate = names.find((name) => name.includes("learning_rate") || name === "lr") ?? names.find((name) => name !== loss);
  const eta = typeof run.eta_seconds === "number" ? `${duration(run.eta_seconds)} left` : "";
  return (
    <div className="grid">
      <Panel title="Runs" beside={<Link href="/">all</Link>}>
        <ol className="log">
          {page?.items.map((other) => (
            <li key={other.run_id}>
              <StatusBadge status={other.status} /> <Link href={`/runs/${other.run_id}`}>{other.run_id === runId ? <strong>{other.name}</strong> : other.name}</Link>
            </li>
          ))}
        </ol>
      </Panel>
      <Panel title="System">
        <SystemPanel />
      </Panel>
      <Panel title="Log">
        <RunLog runId={runId} />
      </Panel>
      <Panel title={loss ?? "Loss"} beside={loss === undefined ? "" : figure(run.metrics[loss])}>
        {loss === undefined ? <NoMetrics /> : <SeriesChart key={`${runId} ${loss}`} runId={runId} name={loss} />}
      </Panel>
      <Panel title={rate ?? "Learning rate"} beside={rate === undefined ? "" : figure(run.metrics[rate])}>
        {rate === undefined ? <NoMetrics /> : <SeriesChart key={`${runId} ${rate}`} runId={runId} name={rate} />}
      </Panel>
      <Panel title="Config" beside={`attempt ${run.attempt}`}>
        <Config run={run} />
      </Panel>
      <Panel title="Checkpoints" wide>
        <Checkpoints runId={runId} />
      </Panel>
      <Panel title={run.name} beside={<StatusBadge status={run.status} />}>
        <div className="notice">
          {run.message} <span className="muted">{eta}</span>
        </div>
        <Actions run={run} />
      </Panel>
    </div>
  );
}

const NoMetrics = () => <div className="notice muted">It has logged no values yet.</div>;
