import { FlexRender, type Header } from "@tanstack/react-table";
import type { features } from "./columns";

const inWords = { asc: "ascending", desc: "descending" } as const;
const signs = { asc: "▲", desc: "▼" } as const;

/** The heading of a column: a button that sorts by it if it can be sorted. */
export function Heading<T extends object>({ header }: { readonly header: Header<typeof features, T> }) {
  const { column } = header;
  const order = column.getIsSorted();
  const { number = false, rowHeader = false, remove } = column.columnDef.meta ?? {};
  const className = number ? "number" : undefined;
  if (!column.getCanSort()) {
    return (
      <th scope="col" className={className} data-names-rows={rowHeader || undefined}>
        <FlexRender header={header} />
      </th>
    );
  }
  return (
    <th scope="col" className={className} data-names-rows={rowHeader || undefined} aria-sort={order === false ? "none" : inWords[order]}>
      <button type="button" className="plain" onClick={() => column.toggleSorting()}>
        <FlexRender header={header} /> {order === false ? "" : signs[order]}
      </button>
      {remove !== undefined && (
        <button type="button" className="plain" aria-label={remove.name} onClick={remove.act}>
          ✗
        </button>
      )}
    </th>
  );
}
