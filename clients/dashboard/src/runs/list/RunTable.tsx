import type { KeyboardEvent } from "react";
import { useLocation } from "wouter";
import type { Schemas } from "../../api/client";
import { WideTable } from "../../shell/WideTable";
import { type Column, fieldOf, type ListView, textOf } from "./listView";
import { RunRow } from "./RunRow";

interface RunTableProps {
  readonly runs: readonly Schemas["RunSummary"][];
  readonly view: ListView;
  readonly onChange: (change: Partial<ListView>) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (runIds: readonly string[], choice: boolean) => void;
}

/** Runs in rows. Arrow keys move between rows, Enter opens one, Space selects it. */
export function RunTable({ runs, view, onChange, selected, onSelect }: RunTableProps) {
  const [, go] = useLocation();
  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, runId: string): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    const row = event.currentTarget;
    const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
    if (next instanceof HTMLElement) {
      next.focus();
    } else if (event.key === "Enter") {
      go(`/runs/${encodeURIComponent(runId)}`);
    } else if (event.key === " ") {
      onSelect([runId], !selected.has(runId));
    } else {
      return;
    }
    event.preventDefault();
  };
  const order = (by: string) => ({
    by,
    down: view.order.by === by ? view.order.down : undefined,
    onOrder: () => onChange({ order: { by, down: view.order.by === by && !view.order.down } }),
  });
  const all = runs.map(({ run_id }) => run_id);
  return (
    <WideTable name="Runs">
      <thead>
        <tr>
          <th>
            <input
              type="checkbox"
              aria-label="Select all"
              checked={selected.size === all.length}
              onChange={({ currentTarget }) => onSelect(all, currentTarget.checked)}
            />
          </th>
          <Heading title="Run" {...order("name")} />
          <Heading title="Status" {...order("status")} />
          <th>Progress</th>
          <th className="number">Loss</th>
          {view.columns.map((column) => (
            <Heading
              key={textOf(column)}
              title={column.name}
              number={column.kind === "metrics"}
              {...order(fieldOf(column))}
              onRemove={() => onChange({ columns: without(view.columns, column) })}
            />
          ))}
          <th className="number">Took</th>
          <Heading title="Started" {...order("created_at")} />
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.run_id} tabIndex={0} aria-selected={selected.has(run.run_id)} onKeyDown={(event) => onKey(event, run.run_id)}>
            <RunRow run={run} columns={view.columns} selected={selected.has(run.run_id)} onSelect={onSelect} />
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

interface HeadingProps {
  readonly title: string;
  readonly number?: boolean;
  readonly down: boolean | undefined;
  readonly onOrder: () => void;
  readonly onRemove?: () => void;
}

function Heading({ title, number = false, down, onOrder, onRemove }: HeadingProps) {
  return (
    <th className={number ? "number" : undefined} aria-sort={down === undefined ? "none" : down ? "descending" : "ascending"}>
      <button type="button" className="plain" onClick={onOrder}>
        {title} {down === undefined ? "" : down ? "▼" : "▲"}
      </button>
      {onRemove !== undefined && (
        <button type="button" className="plain" aria-label={`Remove the column ${title}`} onClick={onRemove}>
          ✗
        </button>
      )}
    </th>
  );
}

const without = (columns: readonly Column[], column: Column): readonly Column[] =>
  columns.filter((other) => textOf(other) !== textOf(column));
