import { useState } from "react";
import { Link } from "wouter";
import type { Schemas } from "../api/client";
import { figure } from "../format/numbers";
import { WideTable } from "../shell/WideTable";

interface TrialTableProps {
  readonly trials: readonly Schemas["TrialView"][];
  readonly bestId: string | undefined;
}

const signs: Record<Schemas["TrialOutcome"], readonly [sign: string, className: string]> = {
  pending: ["●", "muted"],
  pruning: ["✂", "warning"],
  completed: ["✓", "good"],
  failed: ["✗", "error"],
  pruned: ["✂", "warning"],
};

/** Trials with their parameters and results, sortable. */
export function TrialTable({ trials, bestId }: TrialTableProps) {
  const [order, setOrder] = useState<{ readonly by: string; readonly down: boolean }>({ by: "number", down: true });
  const parameters = [...new Set(trials.flatMap(({ hyperparams }) => Object.keys(hyperparams as Record<string, unknown>)))];
  const rows = [...trials].sort((a, b) => compared(valueOf(a, order.by), valueOf(b, order.by)) * (order.down ? -1 : 1));
  const heading = (by: string, title: string, number: boolean) => (
    <th key={by} className={number ? "number" : undefined} aria-sort={order.by === by ? (order.down ? "descending" : "ascending") : "none"}>
      <button type="button" className="plain" onClick={() => setOrder({ by, down: order.by === by && !order.down })}>
        {title} {order.by === by ? (order.down ? "▼" : "▲") : ""}
      </button>
    </th>
  );
  if (trials.length === 0) {
    return <div className="notice muted">No trials yet.</div>;
  }
  return (
    <WideTable name="Trials">
      <thead>
        <tr>
          {heading("number", "Trial", true)}
          {heading("state", "State", false)}
          {heading("value", "Objective", true)}
          {parameters.map((name) => heading(`params.${name}`, name, true))}
        </tr>
      </thead>
      <tbody>
        {rows.map((trial) => {
          const [sign, className] = signs[trial.state];
          return (
            <tr key={trial.trial_id}>
              <td className="number">
                <Link href={`/runs/${encodeURIComponent(trial.trial_id)}`}>{trial.number}</Link>
              </td>
              <td className={className} title={trial.message ?? undefined}>
                [{sign} {trial.state.toUpperCase()}]
              </td>
              <td className="number">
                {trial.trial_id === bestId && <span className="good">★ best </span>}
                {figure(trial.value)}
              </td>
              {parameters.map((name) => (
                <td key={name} className="number">
                  {shown(valueOf(trial, `params.${name}`))}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </WideTable>
  );
}

function valueOf(trial: Schemas["TrialView"], by: string): unknown {
  if (by === "number") {
    return trial.number;
  }
  if (by === "state") {
    return trial.state;
  }
  return by === "value" ? trial.value : (trial.hyperparams as Record<string, unknown>)[by.slice("params.".length)];
}

const shown = (value: unknown): string =>
  typeof value === "number" || typeof value === "string" ? figure(value) : value === undefined ? "–" : JSON.stringify(value);

/** Numbers by value, anything else as text; missing values first. */
function compared(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") {
    return a - b;
  }
  if (typeof a === "number") {
    return 1;
  }
  return typeof b === "number" ? -1 : shown(a).localeCompare(shown(b));
}
