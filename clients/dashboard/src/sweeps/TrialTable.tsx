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

/** Trials with what they tried and what came of it, by number or by any of that. */
export function TrialTable({ trials, bestId }: TrialTableProps) {
  const [order, setOrder] = useState<{ readonly by: string; readonly down: boolean }>({ by: "number", down: true });
  const parameters = [...new Set(trials.flatMap(({ hyperparams }) => Object.keys(hyperparams as Record<string, unknown>)))];
  const rows = [...trials].sort((one, other) => compared(valueOf(one, order.by), valueOf(other, order.by)) * (order.down ? -1 : 1));
  const heading = (by: string, title: string, number: boolean) => (
    <th key={by} className={number ? "number" : undefined} aria-sort={order.by === by ? (order.down ? "descending" : "ascending") : "none"}>
      <button type="button" className="plain" onClick={() => setOrder({ by, down: order.by === by && !order.down })}>
        {title} {order.by === by ? (order.down ? "▼" : "▲") : ""}
      </button>
    </th>
  );
  if (trials.length === 0) return <div className="notice muted">None has been started yet.</div>;
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
  if (by === "number") return trial.number;
  if (by === "state") return trial.state;
  return by === "value" ? trial.value : (trial.hyperparams as Record<string, unknown>)[by.slice("params.".length)];
}

const shown = (value: unknown): string => (typeof value === "number" || typeof value === "string" ? figure(value) : value === undefined ? "–" : JSON.stringify(value));

/** Numbers by size, anything else as text; what is missing first. */
function compared(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one === "number") return 1;
  return typeof other === "number" ? -1 : shown(one).localeCompare(shown(other));
}
