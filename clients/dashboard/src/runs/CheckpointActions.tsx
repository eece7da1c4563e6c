import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, type Schemas } from "../api/client";
import { queriesOf } from "../api/queries";
import { toasts } from "../shell/toasts";
import { unusable } from "./checkpointFiles";
import { useAttempt } from "../shell/useAttempt";

interface CheckpointActionsProps {
  readonly checkpoint: Schemas["CheckpointView"];
  readonly own: boolean;
}

/** Actions on a checkpoint: start a run from it, mark it as the best, delete it. */
export function CheckpointActions({ checkpoint, own }: CheckpointActionsProps) {
  const { checkpoint_id: checkpointId, run_id: runId, is_best: best, step } = checkpoint;
  const problem = unusable(checkpoint);
  const client = useQueryClient();
  const { busy, error, attempt } = useAttempt();
  const path = { params: { path: { checkpointId } } };
  const name = `checkpoint ${step ?? checkpointId}`;
  const perform = (what: () => Promise<unknown>, said: string): void =>
    attempt(async () => {
      await what();
      await client.invalidateQueries(queriesOf("/api/runs/{runId}/checkpoints", { runId }));
      toasts.show(said);
    });
  const remove = (): void => {
    if (confirm(`Delete ${name} with its files?`)) {
      perform(() => api.DELETE("/api/checkpoints/{checkpointId}", path), `The ${name} is deleted.`);
    }
  };
  return (
    <>
      {problem !== undefined && <span className="muted">{problem}</span>}
      {own && problem === undefined && (
        <Link
          href={`/new?from=${encodeURIComponent(runId)}&start_from=${encodeURIComponent(checkpointId)}`}
          aria-label={`Train from ${name}`}
        >
          train from it
        </Link>
      )}{" "}
      {!best && problem === undefined && (
        <button
          type="button"
          className="plain"
          disabled={busy}
          aria-label={`Mark ${name} as the best`}
          onClick={() => perform(() => api.POST("/api/checkpoints/{checkpointId}/best", path), `The ${name} is now the best.`)}
        >
          ★
        </button>
      )}{" "}
      <button type="button" className="plain" disabled={busy} aria-label={`Delete ${name}`} onClick={remove}>
        ✗
      </button>
      {error !== null && <span className="error"> ✗ {error.message}</span>}
    </>
  );
}
