/** A column: a metric or a parameter. */
export interface Column {
  readonly kind: "metrics" | "params";
  readonly name: string;
}

export interface Order {
  readonly by: string;
  readonly down: boolean;
}

/** The state of the list of runs; part of the URL. */
export interface ListView {
  /** A filter, or part of a name. */
  readonly search: string;
  readonly status: string;
  readonly deleted: boolean;
  readonly order: Order;
  readonly columns: readonly Column[];
}

const newest: Order = { by: "created_at", down: true };
const maxColumns = 20;

export function readListView(search: URLSearchParams): ListView {
  const order = /^(.+) (asc|desc)$/.exec(search.get("order") ?? "");
  return {
    search: search.get("filter") ?? "",
    status: search.get("status") ?? "",
    deleted: search.get("deleted") === "1",
    order: order?.[1] === undefined ? newest : { by: order[1], down: order[2] === "desc" },
    columns: search
      .getAll("column")
      .slice(0, maxColumns)
      .flatMap((text) => columnOf(text) ?? []),
  };
}

/** The URL with part of the list's state changed, and its other parameters kept. */
export function withListView(search: URLSearchParams, change: Partial<ListView>): URLSearchParams {
  const view = { ...readListView(search), ...change };
  const order = `${view.order.by} ${view.order.down ? "desc" : "asc"}`;
  const entries: readonly (readonly [string, readonly string[]])[] = [
    ["filter", view.search === "" ? [] : [view.search]],
    ["status", view.status === "" ? [] : [view.status]],
    ["deleted", view.deleted ? ["1"] : []],
    ["order", order === "created_at desc" ? [] : [order]],
    ["column", view.columns.map(textOf)],
  ];
  const changed = new URLSearchParams(search);
  for (const [name, values] of entries) {
    changed.delete(name);
    for (const value of values) {
      changed.append(name, value);
    }
  }
  return changed;
}

/** Parses `metrics.val_loss` or `params.lr`; undefined for anything else. */
export function columnOf(text: string): Column | undefined {
  const [, kind, name] = /^(metrics?|params?)\.`?(.+?)`?$/.exec(text.trim()) ?? [];
  return kind === undefined || name === undefined ? undefined : { kind: kind.startsWith("m") ? "metrics" : "params", name };
}

export const textOf = ({ kind, name }: Column): string => `${kind}.${name}`;

/** The column in the search language, in backticks where its name needs quoting. */
export const fieldOf = ({ kind, name }: Column): string => (/^[\w./:@-]+$/.test(name) ? `${kind}.${name}` : `${kind}.\`${name}\``);

/** Whether a search is a filter; otherwise it is matched against names. */
export const isFilter = (search: string): boolean => /[<>=]|\b(like|ilike|in|is)\b/i.test(search);
