import type { SortingState } from "@tanstack/react-table";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { Schemas } from "../api/client";
import { figure } from "../format/numbers";
import { Name } from "../shell/Name";
import type { Column } from "../tables/columns";
import { DataTable } from "../tables/DataTable";

type Trial = Schemas["TrialView"];

interface TrialTableProps {
  readonly trials: readonly Trial[];
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
  const [sorting, setSorting] = useState<SortingState>([{ id: "number", desc: true }]);
  const columns = useMemo(() => columnsOf(trials, bestId), [trials, bestId]);
  if (trials.length === 0) {
    return <div className="notice muted">No trials yet.</div>;
  }
  return <DataTable name="Trials" columns={columns} data={trials} keyOf={idOf} sorting={sorting} onSort={setSorting} />;
}

const idOf = ({ trial_id }: Trial): string => trial_id;

function columnsOf(trials: readonly Trial[], bestId: string | undefined): readonly Column<Trial>[] {
  const parameters = [...new Set(trials.flatMap((trial) => Object.keys(parametersOf(trial))))];
  return [
    {
      id: "number",
      header: "Trial",
      meta: { number: true },
      accessorFn: ({ number }) => number,
      cell: ({ row: { original: trial } }) => <Link href={`/runs/${encodeURIComponent(trial.trial_id)}`}>{trial.number}</Link>,
    },
    { id: "state", header: "State", accessorFn: ({ state }) => state, cell: ({ row }) => <State trial={row.original} /> },
    {
      id: "value",
      header: "Objective",
      meta: { number: true },
      accessorFn: ({ value }) => value,
      cell: ({ row: { original: trial } }) => (
        <>
          {trial.trial_id === bestId && <span className="good">★ best </span>}
          {figure(trial.value)}
        </>
      ),
    },
    ...parameters.map((name): Column<Trial> => ({
      id: `params.${name}`,
      header: () => <Name>{name}</Name>,
      meta: { number: true },
      accessorFn: (trial) => parametersOf(trial)[name],
      cell: ({ getValue }) => <Name>{shown(getValue())}</Name>,
    })),
  ];
}

function State({ trial: { state, message } }: { readonly trial: Trial }) {
  const [sign, className] = signs[state];
  return (
    <span className={className} title={message ?? undefined}>
      [{sign} {state.toUpperCase()}]
    </span>
  );
}

const parametersOf = ({ hyperparams }: Trial): Readonly<Record<string, unknown>> => hyperparams;

const shown = (value: unknown): string =>
  typeof value === "number" || typeof value === "string" ? figure(value) : value === undefined ? "–" : JSON.stringify(value);
