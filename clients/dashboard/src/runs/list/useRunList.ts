import { keepPreviousData } from "@tanstack/react-query";
import { Problem } from "../../api/problem";
import { byCursor, queries, queriesOf } from "../../api/queries";
import { objectiveNames } from "../metricNames";
import { useFreshness } from "../queries";
import { isFilter, type ListView } from "./listView";

const perPage = 100;

/** How a search was understood. What does not parse as a filter is searched for in names. */
export interface SearchTaken {
  readonly as: "filter" | "name";
  /** Why it is not a filter, if it looks like one. */
  readonly refusal?: string | undefined;
}

/** Names as query values. A single name is parsed as a comma-separated list, so quote it; several names are taken literally. */
export const listOf = (names: readonly string[]): string[] =>
  names.length === 1 ? names.map((name) => `"${name.replaceAll('"', '""')}"`) : [...names];

/** The runs of a list, page by page, refreshed when something changes. */
export function useRunList({ search, status, deleted, order, columns }: ListView, experimentId = "") {
  useFreshness(queriesOf("/api/runs"), "*");
  const names = (kind: string): string[] => columns.filter((column) => column.kind === kind).map(({ name }) => name);
  const query = {
    limit: perPage,
    metrics: [...new Set([...objectiveNames, ...names("metrics")])],
    params: listOf(names("params")),
    order_by: `${order.by} ${order.down ? "desc" : "asc"}`,
    ...(experimentId === "" ? {} : { experiment_id: experimentId }),
    ...(status === "" ? {} : { status }),
    ...(deleted ? { deleted } : {}),
  };
  const filtered = isFilter(search);
  const read = (part: { readonly filter?: string; readonly name?: string }) => ({ params: { query: { ...query, ...part } } });
  const options = { ...byCursor, placeholderData: keepPreviousData };
  const asFilter = queries.useInfiniteQuery("get", "/api/runs", read({ filter: search }), { ...options, enabled: filtered });
  const refusal = filtered && asFilter.error instanceof Problem ? asFilter.error.fields["filter"] : undefined;
  const byName = !filtered || refusal !== undefined;
  const asName = queries.useInfiniteQuery("get", "/api/runs", read(search === "" ? {} : { name: search }), { ...options, enabled: byName });
  const taken: SearchTaken | undefined = search === "" ? undefined : byName ? { as: "name", refusal } : { as: "filter" };
  return { ...(byName ? asName : asFilter), taken };
}
