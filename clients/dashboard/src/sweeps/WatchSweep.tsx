import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, type Schemas } from "../api/client";
import { figure } from "../format/numbers";
import { Facts } from "../shell/Facts";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { useAttempt } from "../shell/useAttempt";
import { BestSoFar } from "./BestSoFar";
import { queriesOfSweep, useTrials } from "./queries";
import { TrialTable } from "./TrialTable";
import styles from "./sweeps.module.css";

const none: readonly Schemas["TrialView"][] = [];

interface WatchSweepProps {
  readonly sweep: Schemas["SweepView"];
  readonly onAnother: () => void;
}

/** A sweep's progress, its best trial and all trials. */
export function WatchSweep({ sweep, onAnother }: WatchSweepProps) {
  const client = useQueryClient();
  const { experiment_id: experimentId, state, trials: counts, best, definition, max_trials: maxTrials } = sweep;
  const { data: page } = useTrials(experimentId);
  const { busy, error, attempt } = useAttempt();
  const trials = page?.items ?? none;
  const { direction, objective } = readDefinition(definition);
  const path = { params: { path: { experimentId } } };
  const perform = (what: () => Promise<unknown>): void =>
    attempt(() => what().then(() => client.invalidateQueries(queriesOfSweep(experimentId))));
  const stop = (): void => {
    if (confirm("Stop the sweep and cancel its running trials? A stopped sweep can't be resumed.")) {
      perform(() => api.POST("/api/experiments/{experimentId}/sweep/stop", { ...path, body: { cancel_running: true } }));
    }
  };
  return (
    <div className={styles["sweep"]}>
      <Panel title="Sweep" beside={`[${state.toUpperCase()}]`}>
        {sweep.message && <div className="notice">{sweep.message}</div>}
        <Facts
          facts={[
            ["trials", `${counts.handed} of ${maxTrials}`],
            ["completed", figure(counts.completed)],
            ["running or queued", figure(counts.pending)],
            ["pruned", figure(counts.pruned)],
            ["failed", figure(counts.failed)],
            ["objective", `${direction} ${objective}`],
            ["trainer", sweep.trainer],
          ]}
        />
        {best && (
          <p className="notice">
            <span className="good">★ best</span> <Link href={`/runs/${encodeURIComponent(best.trial_id)}`}>{figure(best.value)}</Link> with{" "}
            {Object.entries(best.hyperparams as Record<string, unknown>)
              .map(([name, value]) => `${name} ${typeof value === "number" ? figure(value) : JSON.stringify(value)}`)
              .join(", ")}
          </p>
        )}
        <div className="actions">
          <button
            type="button"
            disabled={busy || state !== "running"}
            onClick={() => perform(() => api.POST("/api/experiments/{experimentId}/sweep/pause", path))}
          >
            pause
          </button>
          <button
            type="button"
            disabled={busy || state !== "paused"}
            onClick={() => perform(() => api.POST("/api/experiments/{experimentId}/sweep/resume", path))}
          >
            resume
          </button>
          <button type="button" disabled={busy || (state !== "running" && state !== "paused")} onClick={stop}>
            stop
          </button>
          <button type="button" disabled={state === "running" || state === "paused"} onClick={onAnother}>
            new sweep
          </button>
        </div>
        {error !== null && <Fault error={error} />}
      </Panel>
      <Panel title="Best so far">
        <BestSoFar trials={trials} maximizes={direction === "maximize"} />
      </Panel>
      <div className={styles["whole"]}>
        <Panel title="Trials" beside={trials.length}>
          {page === undefined ? <Waiting /> : <TrialTable trials={trials} bestId={best?.trial_id} />}
        </Panel>
      </div>
    </div>
  );
}

function readDefinition(definition: unknown): { readonly direction: string; readonly objective: string } {
  const { direction, objective } = (definition ?? {}) as { direction?: string; objective?: { metric?: string; stat?: string } };
  return { direction: direction ?? "minimize", objective: `${objective?.stat ?? "last"} of ${objective?.metric ?? "its objective"}` };
}
