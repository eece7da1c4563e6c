import { figure } from "../../format/numbers";
import { Fault, Waiting } from "../../shell/Notice";
import { type Column } from "../../tables/columns";
import { DataTable } from "../../tables/DataTable";
import { useMediaContent } from "./queries";
import styles from "./media.module.css";

type Cell = string | number | boolean | null;

interface Row {
  readonly number: number;
  readonly cells: readonly Cell[];
}

interface Table {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

interface TableItemProps {
  readonly runId: string;
  readonly name: string;
  readonly itemId: number;
}

/** A table of text and numbers. */
export function TableItem({ runId, name, itemId }: TableItemProps) {
  const { data: table, error } = useMediaContent(runId, itemId, readTable);
  if (table === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  return (
    <div className={styles["table"]}>
      <DataTable name={name} columns={table.columns} data={table.rows} keyOf={keyOf} />
    </div>
  );
}

const keyOf = ({ number }: Row): string => String(number);

async function readTable(response: Response): Promise<Table> {
  const { columns, rows } = (await response.json()) as { columns: readonly string[]; rows: readonly (readonly Cell[])[] };
  return {
    columns: columns.map((name, place) => ({
      id: String(place),
      header: name,
      meta: { number: rows.every((row) => row[place] === null || typeof row[place] === "number") },
      cell: ({ row }) => shown(row.original.cells[place]),
    })),
    rows: rows.map((cells, number) => ({ number, cells })),
  };
}

const shown = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? "–" : typeof cell === "boolean" ? String(cell) : figure(cell);
