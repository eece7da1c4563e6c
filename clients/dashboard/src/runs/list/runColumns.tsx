import { Link } from "wouter";
import type { Schemas } from "../../api/client";
import { figure } from "../../format/numbers";
import { Time } from "../../format/Time";
import { Name } from "../../shell/Name";
import type { Column as TableColumn } from "../../tables/columns";
import { objectiveIn } from "../queries";
import { StatusBadge } from "../StatusBadge";
import { Took } from "../Took";
import { type Column, fieldOf } from "./listView";
import styles from "./runList.module.css";

type Run = Schemas["RunSummary"];

const first: readonly TableColumn<Run>[] = [
  {
    id: "selected",
    header: ({ table }) => (
      <input
        type="checkbox"
        aria-label="Select all"
        checked={table.getIsAllRowsSelected()}
        onChange={({ currentTarget }) => table.toggleAllRowsSelected(currentTarget.checked)}
      />
    ),
    cell: ({ row }) => (
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Select ${row.original.name}`}
        checked={row.getIsSelected()}
        onChange={({ currentTarget }) => row.toggleSelected(currentTarget.checked)}
      />
    ),
  },
  {
    id: "name",
    header: "Run",
    meta: { rowHeader: true },
    accessorFn: ({ name }) => name,
    cell: ({ row: { original: run } }) => (
      <>
        {run.pinned && (
          <span className="info" title="pinned">
            ◆{" "}
          </span>
        )}
        <Link href={`/runs/${encodeURIComponent(run.run_id)}`} tabIndex={-1}>
          <Name>{run.name}</Name>
        </Link>
        {Object.entries(run.tags).map(([name, value]) => (
          <span key={name} className={styles["tag"]}>
            <Name>{value === "" ? name : `${name}=${value}`}</Name>
          </span>
        ))}
      </>
    ),
  },
  {
    id: "status",
    header: "Status",
    accessorFn: ({ status }) => status,
    cell: ({ row: { original: run } }) => (
      <>
        <StatusBadge status={run.status} />
        {run.locked && <span className="muted"> locked</span>}
      </>
    ),
  },
  { id: "progress", header: "Progress", cell: ({ row }) => <Progress run={row.original} /> },
  { id: "loss", header: "Loss", meta: { number: true }, cell: ({ row }) => <Objective run={row.original} /> },
];

const last: readonly TableColumn<Run>[] = [
  { id: "took", header: "Took", meta: { number: true, muted: true }, cell: ({ row }) => <Took run={row.original} /> },
  {
    id: "created_at",
    header: "Started",
    meta: { muted: true },
    accessorFn: ({ started_at }) => started_at,
    cell: ({ row }) => <Time at={row.original.started_at} />,
  },
];

/** The columns of the runs, with metrics and parameters between the usual ones. The id of a column is what the server orders by. */
export const runColumns = (shown: readonly Column[], onRemove: (column: Column) => void): readonly TableColumn<Run>[] => [
  ...first,
  ...shown.map((column): TableColumn<Run> => ({
    id: fieldOf(column),
    header: () => <Name>{column.name}</Name>,
    meta: {
      number: column.kind === "metrics",
      remove: { name: `Remove the column ${column.name}`, act: () => onRemove(column) },
    },
    accessorFn: (run) => run[column.kind]?.[column.name],
    cell: ({ row }) => <Name>{figure(row.original[column.kind]?.[column.name])}</Name>,
  })),
  ...last,
];

function Objective({ run }: { readonly run: Run }) {
  const objective = objectiveIn(run);
  return objective === undefined ? "–" : <span title={objective.name}>{figure(objective.value)}</span>;
}

const CELLS = 10;

/** Progress as a bar of characters, readable without colour. */
function Progress({ run }: { readonly run: Run }) {
  const fraction = typeof run.progress.fraction === "number" ? run.progress.fraction : undefined;
  if (fraction === undefined) {
    return <span className="muted">{run.progress.step ?? "–"}</span>;
  }
  const full = Math.round(fraction * CELLS);
  return (
    <span className={styles["meter"]} title={`${run.progress.step ?? 0} of ${run.progress.total_steps ?? 0} steps`}>
      {"█".repeat(full)}
      {"░".repeat(CELLS - full)}
    </span>
  );
}
