import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, type Schemas } from "../api/client";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";

interface CheckpointActionsProps {
  readonly checkpoint: Schemas["CheckpointView"];
  readonly own: boolean;
}

/** What can be done with a checkpoint: begin another run with it, call it the best, delete it. */
export function CheckpointActions({ checkpoint: { checkpoint_id: checkpointId, run_id: runId, is_best: best, step }, own }: CheckpointActionsProps) {
  const client = useQueryClient();
  const { busy, error, attempt } = useAttempt();
  const path = { params: { path: { checkpointId } } };
  const name = `checkpoint ${step ?? checkpointId}`;
  const does = (what: () => Promise<unknown>, said: string): void =>
    attempt(async () => {
      await what();
      await client.invalidateQueries({ queryKey: ["run", runId, "checkpoints"] });
      toasts.say(said);
    });
  const remove = (): void => {
    if (confirm(`Delete ${name} with its files?`)) does(() => api.DELETE("/api/checkpoints/{checkpointId}", path), `The ${name} is deleted.`);
  };
  return (
    <>
      {own && (
        <Link href={`/new?from=${encodeURIComponent(runId)}&start_from=${encodeURIComponent(checkpointId)}`} aria-label={`Train from ${name}`}>
          train from it
        </Link>
      )}{" "}
      {!best && (
        <button type="button" className="plain" disabled={busy} aria-label={`Mark ${name} as the best`} onClick={() => does(() => api.POST("/api/checkpoints/{checkpointId}/best", path), `The ${name} is the best.`)}>
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
