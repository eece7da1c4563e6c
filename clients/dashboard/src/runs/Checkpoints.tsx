import type { SortingState } from "@tanstack/react-table";
import { useMemo, useState } from "react";
import type { Schemas } from "../api/client";
import { bytes, figure } from "../format/numbers";
import { Time } from "../format/Time";
import type { Column } from "../tables/columns";
import { DataTable } from "../tables/DataTable";
import { objectiveOf } from "./metricNames";
import { CheckpointActions } from "./CheckpointActions";
import { useCheckpoints } from "./queries";

type Checkpoint = Schemas["CheckpointView"];
const lossOf = ({ metrics }: Checkpoint): number | undefined => {
  const values = typeof metrics === "object" && metrics !== null ? (metrics as Record<string, unknown>) : {};
  const value = values[objectiveOf(Object.keys(values)) ?? ""];
  return typeof value === "number" ? value : undefined;
};

/** The metadata its program stored with a checkpoint. */
function Metadata({ of: { metadata } }: { readonly of: Checkpoint }) {
  const kept = typeof metadata === "object" && metadata !== null ? Object.entries(metadata) : [];
  return kept.length === 0 ? null : (
    <div>{kept.map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ")}</div>
  );
}

interface CheckpointsProps {
  readonly runId: string;
  /** Whether Trainyard trains this run, so a new run can start from its checkpoints. */
  readonly own: boolean;
}

export function Checkpoints({ runId, own }: CheckpointsProps) {
  const { data: page } = useCheckpoints(runId);
  const [sorting, setSorting] = useState<SortingState>([{ id: "step", desc: true }]);
  const columns = useMemo(() => columnsOf(own), [own]);
  if (page === undefined || page.items.length === 0) {
    return <div className="notice muted">No checkpoints yet.</div>;
  }
  return <DataTable name="Checkpoints" columns={columns} data={page.items} keyOf={idOf} sorting={sorting} onSort={setSorting} maxFirst />;
}

const idOf = ({ checkpoint_id }: Checkpoint): string => checkpoint_id;

const columnsOf = (own: boolean): readonly Column<Checkpoint>[] => [
  {
    id: "step",
    header: "Step",
    meta: { number: true },
    accessorFn: ({ step }) => step,
    cell: ({ row: { original: checkpoint } }) => (
      <>
        {checkpoint.is_best && <span className="good">★ best </span>}
        {figure(checkpoint.step)}
      </>
    ),
  },
  {
    id: "loss",
    header: "Loss",
    meta: { number: true },
    accessorFn: (checkpoint) => lossOf(checkpoint) ?? Infinity,
    cell: ({ row }) => figure(lossOf(row.original)),
  },
  { id: "size", header: "Size", meta: { number: true }, accessorFn: ({ size }) => size, cell: ({ row }) => bytes(row.original.size) },
  {
    id: "saved_at",
    header: "Saved",
    meta: { number: true, muted: true },
    accessorFn: ({ saved_at }) => Date.parse(saved_at),
    cell: ({ row }) => <Time at={row.original.saved_at} />,
  },
  {
    id: "path",
    header: "Path",
    meta: { muted: true },
    cell: ({ row: { original: checkpoint } }) => (
      <>
        {checkpoint.path}
        <Metadata of={checkpoint} />
      </>
    ),
  },
  {
    id: "actions",
    header: () => <span className="unseen">Actions</span>,
    cell: ({ row }) => <CheckpointActions checkpoint={row.original} own={own} />,
  },
];
