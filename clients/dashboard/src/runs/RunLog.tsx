import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { clock } from "../format/numbers";
import { useLive } from "../live/hooks";

/** The last lines of a run's log, and those that come. */
export function RunLog({ runId }: { readonly runId: string }) {
  const client = useQueryClient();
  const { data: tail } = useQuery({
    queryKey: ["run", runId, "logs"],
    queryFn: () => data(api.GET("/api/runs/{runId}/logs", { params: { path: { runId }, query: { limit: 200 } } })),
  });
  useLive(runId, (message) => {
    if (message.type === "log" || message.type === "resync") void client.invalidateQueries({ queryKey: ["run", runId, "logs"] });
  });
  const lines = tail?.logs ?? [];
  if (lines.length === 0) return <div className="notice muted">It has logged nothing yet.</div>;
  return (
    <ol className="log">
      {[...lines].reverse().map((line) => (
        <li key={line.id} className={line.level === "error" ? "error" : line.level === "warning" ? "warning" : undefined}>
          <span className="muted">{clock(line.time)}</span> {line.message}
        </li>
      ))}
    </ol>
  );
}
