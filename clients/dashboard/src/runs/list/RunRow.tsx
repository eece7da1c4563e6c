import { memo } from "react";
import { Link } from "wouter";
import type { Schemas } from "../../api/client";
import { clock, duration, figure } from "../../format/numbers";
import { lossOf } from "../queries";
import { StatusBadge } from "../StatusBadge";
import { type Column, textOf } from "./listView";

interface RunRowProps {
  readonly run: Schemas["RunSummary"];
  readonly columns: readonly Column[];
  readonly selected: boolean;
  readonly onSelect: (runIds: readonly string[], choice: boolean) => void;
}

/** The cells of a run. Memoized, because every message reloads the list. */
export const RunRow = memo(({ run, columns, selected, onSelect }: RunRowProps) => (
  <>
    <td>
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Select ${run.name}`}
        checked={selected}
        onChange={({ currentTarget }) => onSelect([run.run_id], currentTarget.checked)}
      />
    </td>
    <td>
      {run.pinned && (
        <span className="info" title="pinned">
          ◆{" "}
        </span>
      )}
      <Link href={`/runs/${encodeURIComponent(run.run_id)}`} tabIndex={-1}>
        {run.name}
      </Link>
      {Object.entries(run.tags).map(([name, value]) => (
        <span key={name} className="tag">
          {value === "" ? name : `${name}=${value}`}
        </span>
      ))}
    </td>
    <td>
      <StatusBadge status={run.status} />
      {run.locked && <span className="muted"> locked</span>}
    </td>
    <td>
      <Progress run={run} />
    </td>
    <td className="number">{figure(lossOf(run))}</td>
    {columns.map((column) => (
      <td key={textOf(column)} className={column.kind === "metrics" ? "number" : undefined}>
        {figure(run[column.kind]?.[column.name])}
      </td>
    ))}
    <td className="number muted">{duration(took(run))}</td>
    <td className="muted">{run.started_at ? clock(run.started_at) : "–"}</td>
  </>
));
RunRow.displayName = "RunRow";

const CELLS = 10;

/** Progress as a bar of characters, readable without colour. */
function Progress({ run }: { readonly run: Schemas["RunSummary"] }) {
  const fraction = typeof run.progress.fraction === "number" ? run.progress.fraction : undefined;
  if (fraction === undefined) {
    return <span className="muted">{run.progress.step ?? "–"}</span>;
  }
  const full = Math.round(fraction * CELLS);
  return (
    <span className="meter" title={`${run.progress.step ?? 0} of ${run.progress.total_steps ?? 0} steps`}>
      {"█".repeat(full)}
      {"░".repeat(CELLS - full)}
    </span>
  );
}

const took = (run: Schemas["RunSummary"]): number | undefined =>
  run.started_at ? (Date.parse(run.ended_at ?? run.updated_at) - Date.parse(run.started_at)) / 1000 : undefined;
