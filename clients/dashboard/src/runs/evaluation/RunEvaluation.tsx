import { useQuery } from "@tanstack/react-query";
import { fetchFile, type Schemas } from "../../api/client";
import { orNothing } from "../../api/orNothing";
import { queries, queriesOf } from "../../api/queries";
import { figure } from "../../format/numbers";
import { Time } from "../../format/Time";
import { Facts } from "../../shell/Facts";
import { Fault, Waiting } from "../../shell/Notice";
import { Panel } from "../../shell/Panel";
import { artifactAddress } from "../artifacts/preview";
import { fileKey } from "../artifacts/queries";
import { useFreshness } from "../queries";
import { StatusBadge } from "../StatusBadge";
import { BaselineComparison } from "./BaselineComparison";
import { EvaluationForm } from "./EvaluationForm";
import { samplesOf } from "./samples";
import styles from "./evaluation.module.css";

const samplesFile = "eval/samples.jsonl";
const maxSamplesRead = 512 * 1024;

/** A run's last evaluation, and samples of its model. */
export function RunEvaluation({ run }: { readonly run: Schemas["RunDetail"] }) {
  const { run_id: runId } = run;
  const evaluation = useQuery(orNothing(queries.queryOptions("get", "/api/runs/{runId}/eval", { params: { path: { runId } } })));
  const samples = useQuery(
    orNothing({
      queryKey: fileKey(runId, samplesFile),
      queryFn: () => fetchFile(artifactAddress(runId, samplesFile), maxSamplesRead).then((file) => file.text()),
    }),
  );
  // An evaluation has no events of its own; its log lines show that it progresses.
  useFreshness(queriesOf("/api/runs/{runId}/eval", { runId }), runId, ["log"]);
  useFreshness({ queryKey: fileKey(runId, samplesFile) }, runId, ["log"]);
  if (run.kind === "external") {
    return (
      <div className="notice muted">
        Trainyard has no model of this run to evaluate: it was trained elsewhere. Its own measurements are among its charts.
      </div>
    );
  }
  const error = evaluation.error ?? samples.error;
  const last = evaluation.data?.evaluation;
  const metrics = Object.entries((evaluation.data?.metrics ?? {}) as Record<string, unknown>).map(
    ([name, value]) => [name, typeof value === "number" || typeof value === "string" ? figure(value) : JSON.stringify(value)] as const,
  );
  const texts = samplesOf(samples.data ?? "");
  return (
    <div className={styles["evaluation"]}>
      <div>
        <Panel title="Evaluate">
          <EvaluationForm runId={runId} />
        </Panel>
        <Panel title="Last evaluation" beside={last && <StatusBadge status={last.status} />}>
          {error !== null && <Fault error={error} />}
          {evaluation.isPending && <Waiting />}
          {last?.message && <div className={last.status === "failed" ? "notice error" : "notice"}>{last.message}</div>}
          {!evaluation.isPending && metrics.length === 0 && last == null && <div className="notice muted">Not evaluated yet.</div>}
          <Facts facts={metrics} />
        </Panel>
        <Panel title="Against a baseline">
          <BaselineComparison runId={runId} />
        </Panel>
      </div>
      <Panel title="Samples" beside={texts.length === 0 ? "" : `${texts.length}, the newest first`}>
        {texts.length === 0 && <div className="notice muted">No samples yet. An evaluation generates some.</div>}
        {texts.map(({ timestamp, step, text, prompt, seed, evaluation }, place) => (
          <figure key={`${timestamp} ${place}`} className={styles["sample"]}>
            <figcaption className="muted">
              step {figure(step)} · <Time at={timestamp} />
              {seed !== undefined && ` · seed ${seed}`}
              {evaluation !== undefined && ` · ${evaluation}`}
              {prompt !== undefined && prompt !== "" && ` · continues “${prompt}”`}
            </figcaption>
            <p>{text}</p>
          </figure>
        ))}
      </Panel>
    </div>
  );
}
