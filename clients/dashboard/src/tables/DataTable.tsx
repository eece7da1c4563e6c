import { functionalUpdate, type RowSelectionState, type SortingState, useTable } from "@tanstack/react-table";
import { Fragment, type KeyboardEvent, useCallback, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { type Column, columnDefaults, features } from "./columns";
import { DataRow } from "./DataRow";
import styles from "./DataTable.module.css";
import { Heading } from "./Heading";
import { Gap } from "./Gap";
import { useVisibleRows } from "./useVisibleRows";

interface DataTableProps<T extends object> {
  readonly name: string;
  /** Must keep their identity while they stay the same; otherwise every row renders again. */
  readonly columns: readonly Column<T>[];
  readonly data: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly sorting?: SortingState;
  readonly onSort?: (sorting: SortingState) => void;
  /** Set if the data comes in the order of `sorting`. */
  readonly sorted?: boolean;
  /** Whether the first click on a heading sorts from the maximum down. */
  readonly maxFirst?: boolean;
  readonly selection?: RowSelectionState;
  readonly onSelect?: (selection: RowSelectionState) => void;
  /** Opens a row with Enter. */
  readonly onOpen?: (item: T) => void;
  readonly rowClass?: (item: T) => string | undefined;
}

const none = {};
const unsorted: SortingState = [];
const rowHeight = 26;

/**
 * A table that scrolls when it is too long or too wide; of a long one only the rows in sight are in the document. Arrow keys move
 * between rows: to the row itself if rows can be opened, otherwise to the first link or button in it.
 */
export function DataTable<T extends object>({
  name,
  columns,
  data,
  keyOf,
  sorting = unsorted,
  onSort,
  sorted = false,
  maxFirst = false,
  selection = none,
  onSelect,
  onOpen,
  rowClass,
}: DataTableProps<T>) {
  const region = useRef<HTMLDivElement>(null);
  const table = useTable<typeof features, T, unknown>({
    features,
    columns,
    data,
    defaultColumn: columnDefaults,
    getRowId: keyOf,
    state: { sorting, rowSelection: selection },
    onSortingChange: (change) => onSort?.(functionalUpdate(change, sorting)),
    onRowSelectionChange: (change) => onSelect?.(functionalUpdate(change, selection)),
    manualSorting: sorted,
    enableMultiSort: false,
    enableSortingRemoval: false,
    sortDescFirst: maxFirst,
  });
  const { rows } = table.getRowModel();
  const keyAt = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const [focused, setFocused] = useState<string>();
  const kept = focused === undefined ? -1 : rows.findIndex(({ id }) => id === focused);
  const visible = useVisibleRows({ count: rows.length, keyAt, region, height: rowHeight, kept: kept < 0 ? undefined : kept });

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const { key, target } = event;
    // Inputs and selects use the keys themselves.
    if (!(target instanceof HTMLElement) || event.defaultPrevented || target.matches("select, input, textarea")) {
      return;
    }
    const at = indexOf(target);
    const row = at === undefined ? undefined : rows[at];
    if (key === "ArrowDown" || key === "ArrowUp") {
      const next = at === undefined ? (key === "ArrowDown" ? 0 : rows.length - 1) : at + (key === "ArrowDown" ? 1 : -1);
      // A row out of sight must be in the document before it can have the focus.
      flushSync(() => setFocused(rows[next]?.id));
      const place = region.current?.querySelector(`tr[data-index="${next}"]`);
      const reached = place?.matches("[tabindex]") === true ? place : place?.querySelector("a, button");
      if (!(reached instanceof HTMLElement)) {
        return;
      }
      reached.focus();
    } else if (row !== undefined && target.matches("tr") && key === "Enter" && onOpen !== undefined) {
      onOpen(row.original);
    } else if (row !== undefined && target.matches("tr") && key === " " && onSelect !== undefined) {
      row.toggleSelected();
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={region}
      className={styles["region"]}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={name}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => setFocused(keyAtFocus(indexOf(target), keyAt))}
      onBlur={() => setFocused(undefined)}
    >
      <table aria-rowcount={visible.long ? rows.length + 1 : undefined}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={visible.long ? 1 : undefined}>
              {group.headers.map((header) => (
                <Heading key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {visible.rows.map(({ index, before }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <Fragment key={row.id}>
                {before > 0 && <Gap height={before} columns={columns.length} />}
                <DataRow
                  row={row}
                  columns={columns}
                  index={index}
                  long={visible.long}
                  measure={visible.virtualizer.measureElement}
                  reachable={onOpen !== undefined}
                  selected={onSelect === undefined ? undefined : row.getIsSelected()}
                  className={rowClass?.(row.original)}
                />
              </Fragment>
            );
          })}
          {visible.after > 0 && <Gap height={visible.after} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

/** The index of the row that an element is in; undefined if it is outside the table's body. */
function indexOf(element: Element): number | undefined {
  const index = element.closest("tr[data-index]")?.getAttribute("data-index");
  return index == null ? undefined : Number(index);
}

const keyAtFocus = (index: number | undefined, keyAt: (index: number) => string | number): string | undefined =>
  index === undefined ? undefined : String(keyAt(index));
