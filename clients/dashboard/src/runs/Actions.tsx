import { useState } from "react";
import type { Schemas } from "../api/client";
import { Fault } from "../shell/Notice";
import { useAct, type RunAct } from "./queries";

type Run = Schemas["RunDetail"];

const may: Record<RunAct, (run: Run) => boolean> = {
  cancel: ({ status }) => status === "queued" || status === "running",
  pause: ({ status, kind }) => status === "running" && kind === "own",
  checkpoint: ({ status, kind }) => status === "running" && kind === "own",
  resume: ({ status }) => status === "interrupted" || status === "cancelled" || status === "failed",
};

const acts = Object.keys(may) as readonly RunAct[];

/** What can be asked of a run now, and its data to take away. */
export function Actions({ run }: { readonly run: Run }) {
  const act = useAct(run.run_id);
  const [error, setError] = useState<Error | null>(null);
  const ask = (what: RunAct): void => {
    setError(null);
    act(what).catch((fault: unknown) => setError(fault instanceof Error ? fault : new Error(String(fault))));
  };
  return (
    <>
      <div className="actions">
        {acts.map((what) => (
          <button key={what} type="button" disabled={!may[what](run)} onClick={() => ask(what)}>
            {what}
          </button>
        ))}
      </div>
      <div className="actions">
        {["csv", "json", "parquet", "tensorboard"].map((format) => (
          <a key={format} href={`/api/runs/${run.run_id}/export?format=${format}`} download>
            ↓ {format}
          </a>
        ))}
      </div>
      {error !== null && <Fault error={error} />}
    </>
  );
}
