import { useState } from "react";
import type { Schemas } from "../api/client";
import { bytes, clock, figure } from "../format/numbers";
import { WideTable } from "../shell/WideTable";
import { CheckpointActions } from "./CheckpointActions";
import { useCheckpoints } from "./queries";

type Checkpoint = Schemas["CheckpointView"];
type Column = "step" | "loss" | "size" | "saved_at";

const columns: readonly { readonly key: Column; readonly title: string }[] = [
  { key: "step", title: "Step" },
  { key: "loss", title: "Validation loss" },
  { key: "size", title: "Size" },
  { key: "saved_at", title: "Saved" },
];

const lossOf = ({ metrics }: Checkpoint): number | undefined => {
  const value: unknown = typeof metrics === "object" && metrics !== null ? (metrics as Record<string, unknown>)["val_loss"] : undefined;
  return typeof value === "number" ? value : undefined;
};

const valueOf = (checkpoint: Checkpoint, column: Column): number => {
  switch (column) {
    case "step":
      return checkpoint.step ?? -1;
    case "loss":
      return lossOf(checkpoint) ?? Infinity;
    case "size":
      return checkpoint.size ?? -1;
    case "saved_at":
      return Date.parse(checkpoint.saved_at);
  }
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
  const [order, setOrder] = useState<{ readonly by: Column; readonly down: boolean }>({ by: "step", down: true });
  const rows = [...(page?.items ?? [])].sort((a, b) => (valueOf(a, order.by) - valueOf(b, order.by)) * (order.down ? -1 : 1));
  if (rows.length === 0) {
    return <div className="notice muted">No checkpoints yet.</div>;
  }
  return (
    <WideTable name="Checkpoints">
      <thead>
        <tr>
          {columns.map(({ key, title }) => (
            <th key={key} className="number" aria-sort={order.by === key ? (order.down ? "descending" : "ascending") : "none"}>
              <button type="button" onClick={() => setOrder({ by: key, down: order.by === key ? !order.down : true })}>
                {title} {order.by === key ? (order.down ? "▼" : "▲") : ""}
              </button>
            </th>
          ))}
          <th>Path</th>
          <th>
            <span className="unseen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((checkpoint) => (
          <tr key={checkpoint.checkpoint_id}>
            <td className="number">
              {checkpoint.is_best && <span className="good">★ best </span>}
              {figure(checkpoint.step)}
            </td>
            <td className="number">{figure(lossOf(checkpoint))}</td>
            <td className="number">{bytes(checkpoint.size)}</td>
            <td className="number muted">{clock(checkpoint.saved_at)}</td>
            <td className="muted">
              {checkpoint.path}
              <Metadata of={checkpoint} />
            </td>
            <td>
              <CheckpointActions checkpoint={checkpoint} own={own} />
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
