import {
  type ColumnDef,
  createSortedRowModel,
  metaHelper,
  type Row,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
} from "@tanstack/react-table";
import { byValue } from "./byValue";

interface ColumnMeta {
  /** Aligns the column to the right. */
  readonly number?: boolean;
  readonly muted?: boolean;
  /** Makes the column's cells the headings of their rows. */
  readonly rowHeader?: boolean;
  /** Shows a button in the heading that removes the column; `name` is its accessible name. */
  readonly remove?: { readonly name: string; readonly act: () => void };
}

export const features = tableFeatures({
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnMeta: metaHelper<ColumnMeta>(),
});

/** A column of a DataTable. It can be sorted if it has an accessor. */
export type Column<T extends object> = ColumnDef<typeof features, T>;

export type TableRow<T extends object> = Row<typeof features, T>;

export const columnDefaults = {
  sortUndefined: false,
  sortFn: <T extends object>(a: TableRow<T>, b: TableRow<T>, id: string): number => byValue(a.getValue(id), b.getValue(id)),
} as const;
