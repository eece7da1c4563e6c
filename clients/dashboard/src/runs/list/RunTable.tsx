import type { RowSelectionState } from "@tanstack/react-table";
import { useMemo } from "react";
import { useLocation } from "wouter";
import type { Schemas } from "../../api/client";
import { DataTable } from "../../tables/DataTable";
import { type Column, type ListView, textOf } from "./listView";
import { runColumns } from "./runColumns";

interface RunTableProps {
  readonly runs: readonly Schemas["RunSummary"][];
  readonly view: ListView;
  readonly onChange: (change: Partial<ListView>) => void;
  readonly selection: RowSelectionState;
  readonly onSelect: (selection: RowSelectionState) => void;
}

/** Runs in rows. Arrow keys move between rows, Enter opens one, Space selects it. */
export function RunTable({ runs, view: { columns: shown, order }, onChange, selection, onSelect }: RunTableProps) {
  const [, go] = useLocation();
  const columns = useMemo(() => runColumns(shown, (column) => onChange({ columns: without(shown, column) })), [shown, onChange]);
  return (
    <DataTable
      name="Runs"
      columns={columns}
      data={runs}
      keyOf={idOf}
      sorted
      sorting={[{ id: order.by, desc: order.down }]}
      onSort={([sort]) => sort !== undefined && onChange({ order: { by: sort.id, down: sort.desc } })}
      selection={selection}
      onSelect={onSelect}
      onOpen={(run) => go(`/runs/${encodeURIComponent(run.run_id)}`)}
    />
  );
}

const idOf = ({ run_id }: Schemas["RunSummary"]): string => run_id;

const without = (columns: readonly Column[], column: Column): readonly Column[] =>
  columns.filter((other) => textOf(other) !== textOf(column));
