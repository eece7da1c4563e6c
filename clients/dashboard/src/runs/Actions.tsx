import { useLocation } from "wouter";
import { api, data, type Schemas } from "../api/client";
import { Download } from "../api/Download";
import { Fault } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { useAct, type RunAct } from "./queries";

type Run = Schemas["RunDetail"];

const may: Record<RunAct, (run: Run) => boolean> = {
  cancel: ({ status }) => status === "queued" || status === "running",
  pause: ({ status, kind }) => status === "running" && kind === "own",
  checkpoint: ({ status, kind }) => status === "running" && kind === "own",
  resume: ({ status }) => status === "interrupted" || status === "cancelled" || status === "failed" || status === "unknown",
};

const acts = Object.keys(may) as readonly RunAct[];
const formats = [
  ["csv", "csv"],
  ["json", "json"],
  ["parquet", "parquet"],
  ["tensorboard", "zip"],
] as const;

/** Actions and exports of a run. */
export function Actions({ run }: { readonly run: Run }) {
  const act = useAct(run.run_id);
  const { busy, error, attempt } = useAttempt();
  const [, go] = useLocation();
  const page = `/runs/${encodeURIComponent(run.run_id)}`;
  const evaluate = async (): Promise<void> => {
    await data(api.POST("/api/runs/{runId}/evaluate", { params: { path: { runId: run.run_id } }, body: {} }));
    go(`${page}/evaluation`);
  };
  const reproduce = async (): Promise<void> => {
    const { run_id: again } = await data(api.POST("/api/runs/{runId}/reproduce", { params: { path: { runId: run.run_id } } }));
    go(`/runs/${encodeURIComponent(again)}`);
  };
  return (
    <>
      <div className="actions">
        {acts.map((what) => (
          <button
            key={what}
            type="button"
            disabled={busy || !may[what](run)}
            onClick={() =>
              (what !== "cancel" || confirm(`Cancel ${run.name}? It stops, and keeps what it saved.`)) && attempt(() => act(what))
            }
          >
            {what}
          </button>
        ))}
        <button type="button" disabled={busy || run.kind === "external"} onClick={() => attempt(evaluate)}>
          evaluate
        </button>
        {run.kind === "own" && (
          <button type="button" disabled={busy || run.status !== "completed"} onClick={() => attempt(reproduce)}>
            reproduce
          </button>
        )}
        {run.kind === "own" && (
          <button type="button" onClick={() => go(`/new?from=${encodeURIComponent(run.run_id)}`)}>
            copy to new run
          </button>
        )}
      </div>
      <div className="actions">
        {formats.map(([format, extension]) => (
          <Download key={format} href={`/api/runs/${run.run_id}/export?format=${format}`} name={`${run.run_id}.${extension}`}>
            ↓ {format}
          </Download>
        ))}
      </div>
      {error !== null && <Fault error={error} />}
    </>
  );
}
