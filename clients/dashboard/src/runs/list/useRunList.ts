import { keepPreviousData } from "@tanstack/react-query";
import { byCursor, queries, queriesOf } from "../../api/queries";
import { lossNames, useFreshness } from "../queries";
import { isFilter, type ListView } from "./listView";

const perPage = 100;

/** Names as query values. A single name is parsed as a comma-separated list, so quote it; several names are taken literally. */
export const listOf = (names: readonly string[]): string[] =>
  names.length === 1 ? names.map((name) => `"${name.replaceAll('"', '""')}"`) : [...names];

/** The runs of a list, page by page, refreshed when something changes. */
export function useRunList({ search, status, deleted, order, columns }: ListView, experimentId = "") {
  useFreshness(queriesOf("/api/runs"), "*");
  const names = (kind: string): string[] => columns.filter((column) => column.kind === kind).map(({ name }) => name);
  const query = {
    limit: perPage,
    metrics: [...new Set([...lossNames, ...names("metrics")])],
    params: listOf(names("params")),
    order_by: `${order.by} ${order.down ? "desc" : "asc"}`,
    ...(search === "" ? {} : isFilter(search) ? { filter: search } : { name: search }),
    ...(experimentId === "" ? {} : { experiment_id: experimentId }),
    ...(status === "" ? {} : { status }),
    ...(deleted ? { deleted } : {}),
  };
  return queries.useInfiniteQuery("get", "/api/runs", { params: { query } }, { ...byCursor, placeholderData: keepPreviousData });
}
