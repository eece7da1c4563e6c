import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, type Schemas } from "../api/client";
import { queriesOf } from "../api/queries";
import { clock } from "../format/numbers";
import { Fault, Waiting } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { WideTable } from "../shell/WideTable";
import { useFirings } from "./queries";

/** The firings, with a button to mark each as seen. */
export function Firings() {
  const client = useQueryClient();
  const { data: pages, error: unread, hasNextPage, fetchNextPage } = useFirings();
  const { busy, error, attempt } = useAttempt();
  if (pages === undefined) {
    return unread === null ? <Waiting /> : <Fault error={unread} />;
  }
  const firings = pages.pages.flatMap(({ items }) => items);
  const acknowledge = async (those: readonly Schemas["FiringView"][]): Promise<void> => {
    for (const { firing_id: firingId } of those) {
      await api.POST("/api/alerts/fired/{firingId}/acknowledge", { params: { path: { firingId } } });
    }
    await client.invalidateQueries(queriesOf("/api/alerts/fired"));
  };
  const unseen = firings.filter(({ acknowledged_at: seen }) => seen == null);
  if (firings.length === 0) {
    return <div className="notice muted">No alerts have fired yet.</div>;
  }
  return (
    <>
      {error !== null && <Fault error={error} />}
      {unseen.length > 1 && (
        <div className="actions">
          <button type="button" disabled={busy} onClick={() => attempt(() => acknowledge(unseen))}>
            mark all {unseen.length} as seen
          </button>
        </div>
      )}
      <WideTable name="Fired">
        <thead>
          <tr>
            <th>When</th>
            <th>Run</th>
            <th>What</th>
            <th>Seen</th>
          </tr>
        </thead>
        <tbody>
          {firings.map((firing) => (
            <tr key={firing.firing_id} className={firing.acknowledged_at == null ? "warning" : "muted"}>
              <td>{clock(firing.fired_at)}</td>
              <td>
                <Link href={`/runs/${encodeURIComponent(firing.run_id)}`}>{firing.run_id}</Link>
              </td>
              <td>
                {firing.acknowledged_at == null && "⚠ "}
                {firing.message}
                {firing.webhook != null && <span className="muted"> {delivered(firing.webhook)}</span>}
              </td>
              <td>
                {firing.acknowledged_at == null ? (
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={`Mark as seen: ${firing.message}`}
                    onClick={() => attempt(() => acknowledge([firing]))}
                  >
                    mark as seen
                  </button>
                ) : (
                  clock(firing.acknowledged_at)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      {hasNextPage && (
        <button type="button" onClick={() => void fetchNextPage()}>
          more
        </button>
      )}
    </>
  );
}

/** The state of a firing's webhook, in words. */
function delivered({ host, attempts, taken_at: taken, next_at: next, error }: NonNullable<Schemas["FiringView"]["webhook"]>): string {
  if (taken != null) {
    return `→ ${host} ✓`;
  }
  if (next != null) {
    return `→ ${host}, tried ${attempts} times${error == null ? "" : `: ${error}`}`;
  }
  return `→ ${host} ✗ gave up: ${error ?? "not accepted"}`;
}
