import type { KeyboardEvent } from "react";
import { Link, useLocation } from "wouter";
import type { Schemas } from "../api/client";
import { clock, duration, figure } from "../format/numbers";
import { lossOf } from "./queries";
import { StatusBadge } from "./StatusBadge";

const CELLS = 10;

/** The run's progress as a bar of characters, so that it reads without colour. */
function Progress({ run }: { readonly run: Schemas["RunSummary"] }) {
  const fraction = typeof run.progress.fraction === "number" ? run.progress.fraction : undefined;
  if (fraction === undefined) return <span className="muted">{run.progress.step ?? "–"}</span>;
  const full = Math.round(fraction * CELLS);
  return (
    <span className="meter" title={`${run.progress.step ?? 0} of ${run.progress.total_steps ?? 0} steps`}>
      {"█".repeat(full)}
      {"░".repeat(CELLS - full)}
    </span>
  );
}

export function RunTable({ runs }: { readonly runs: readonly Schemas["RunSummary"][] }) {
  const [, go] = useLocation();
  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, runId: string): void => {
    const row = event.currentTarget;
    const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
    if (next instanceof HTMLElement) {
      event.preventDefault();
      next.focus();
    } else if (event.key === "Enter") go(`/runs/${runId}`);
  };
  return (
    <table>
      <thead>
        <tr>
          <th>Run</th>
          <th>Status</th>
          <th>Progress</th>
          <th className="number">Loss</th>
          <th className="number">Took</th>
          <th>Started</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.run_id} tabIndex={0} onKeyDown={(event) => onKey(event, run.run_id)}>
            <td>
              <Link href={`/runs/${run.run_id}`}>{run.name}</Link>
            </td>
            <td>
              <StatusBadge status={run.status} />
            </td>
            <td>
              <Progress run={run} />
            </td>
            <td className="number">{figure(lossOf(run))}</td>
            <td className="number muted">{duration(took(run))}</td>
            <td className="muted">{run.started_at ? clock(run.started_at) : "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const took = (run: Schemas["RunSummary"]): number | undefined =>
  run.started_at ? (Date.parse(run.ended_at ?? run.updated_at) - Date.parse(run.started_at)) / 1000 : undefined;
