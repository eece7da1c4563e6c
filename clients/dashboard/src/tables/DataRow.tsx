import { FlexRender } from "@tanstack/react-table";
import { memo } from "react";
import type { Column, TableRow } from "./columns";

interface DataRowProps<T extends object> {
  readonly row: TableRow<T>;
  readonly columns: readonly Column<T>[];
  readonly index: number;
  readonly long: boolean;
  readonly measure: (row: HTMLElement | null) => void;
  readonly reachable: boolean;
  readonly selected: boolean | undefined;
  readonly className: string | undefined;
}

function PlainRow<T extends object>({ row, index, long, measure, reachable, selected, className }: DataRowProps<T>) {
  return (
    <tr
      ref={long ? measure : undefined}
      data-index={index}
      aria-rowindex={long ? index + 2 : undefined}
      aria-selected={selected}
      tabIndex={reachable ? 0 : undefined}
      className={className}
    >
      {row.getAllCells().map((cell) => {
        const { rowHeader = false, number = false, muted = false } = cell.column.columnDef.meta ?? {};
        const cellClass = [number ? "number" : "", muted ? "muted" : ""].filter(Boolean).join(" ");
        return rowHeader ? (
          <th key={cell.id} scope="row">
            <FlexRender cell={cell} />
          </th>
        ) : (
          <td key={cell.id} className={cellClass === "" ? undefined : cellClass}>
            <FlexRender cell={cell} />
          </td>
        );
      })}
    </tr>
  );
}

/** A row. Memoized by its item, because new data makes new rows of the same items. */
export const DataRow = memo(
  PlainRow,
  (before, after) =>
    before.row.original === after.row.original &&
    before.columns === after.columns &&
    before.index === after.index &&
    before.long === after.long &&
    before.reachable === after.reachable &&
    before.selected === after.selected &&
    before.className === after.className,
) as typeof PlainRow;
