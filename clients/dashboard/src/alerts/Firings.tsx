import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { api, type Schemas } from "../api/client";
import { queriesOf } from "../api/queries";
import { Time } from "../format/Time";
import { RunName } from "../runs/RunName";
import { Fault, Waiting } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import type { Column } from "../tables/columns";
import { DataTable } from "../tables/DataTable";
import { useFirings } from "./queries";

type Firing = Schemas["FiringView"];

/** The firings, with a button to mark each as seen. */
export function Firings() {
  const { data: pages, error: unread, hasNextPage, fetchNextPage } = useFirings();
  const { busy, error, attempt } = useAttempt();
  const acknowledge = useAcknowledge();
  const firings = useMemo(() => pages?.pages.flatMap(({ items }) => items), [pages]);
  if (firings === undefined) {
    return unread === null ? <Waiting /> : <Fault error={unread} />;
  }
  if (firings.length === 0) {
    return <div className="notice muted">No alerts have fired yet.</div>;
  }
  const unseen = firings.filter(isUnseen);
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
      <DataTable name="Fired" columns={columns} data={firings} keyOf={idOf} rowClass={classOf} />
      {hasNextPage && (
        <button type="button" onClick={() => void fetchNextPage()}>
          more
        </button>
      )}
    </>
  );
}

function useAcknowledge(): (firings: readonly Firing[]) => Promise<void> {
  const client = useQueryClient();
  return async (firings) => {
    for (const { firing_id: firingId } of firings) {
      await api.POST("/api/alerts/fired/{firingId}/acknowledge", { params: { path: { firingId } } });
    }
    await client.invalidateQueries(queriesOf("/api/alerts/fired"));
  };
}

const idOf = ({ firing_id }: Firing): string => firing_id;
const isUnseen = ({ acknowledged_at: seen }: Firing): boolean => seen == null;
const classOf = (firing: Firing): string => (isUnseen(firing) ? "warning" : "muted");

const columns: readonly Column<Firing>[] = [
  { header: "When", cell: ({ row }) => <Time at={row.original.fired_at} /> },
  {
    header: "Run",
    cell: ({ row: { original: firing } }) => (
      <Link href={`/runs/${encodeURIComponent(firing.run_id)}`}>
        <RunName runId={firing.run_id} />
      </Link>
    ),
  },
  {
    header: "What",
    cell: ({ row: { original: firing } }) => (
      <>
        {isUnseen(firing) && "⚠ "}
        {firing.message}
        {firing.webhook != null && <span className="muted"> {delivered(firing.webhook)}</span>}
      </>
    ),
  },
  { id: "actions", header: () => <span className="unseen">Actions</span>, cell: ({ row }) => <Seen firing={row.original} /> },
];

function Seen({ firing }: { readonly firing: Firing }) {
  const { busy, error, attempt } = useAttempt();
  const acknowledge = useAcknowledge();
  if (firing.acknowledged_at != null) {
    return (
      <>
        seen <Time at={firing.acknowledged_at} />
      </>
    );
  }
  return (
    <>
      <button
        type="button"
        disabled={busy}
        aria-label={`Mark as seen: ${firing.message}`}
        onClick={() => attempt(() => acknowledge([firing]))}
      >
        mark as seen
      </button>
      {error !== null && <Fault error={error} />}
    </>
  );
}

/** The state of a firing's webhook, in words. */
function delivered({ host, attempts, taken_at: taken, next_at: next, error }: NonNullable<Firing["webhook"]>): string {
  if (taken != null) {
    return `→ ${host} ✓`;
  }
  if (next != null) {
    return `→ ${host}, tried ${attempts} times${error == null ? "" : `: ${error}`}`;
  }
  return `→ ${host} ✗ gave up: ${error ?? "not accepted"}`;
}
