import { keepPreviousData } from "@tanstack/react-query";
import { byCursor, queries, queriesOf } from "../api/queries";
import { useFreshness } from "../runs/queries";

const perPage = 100;

export function useRules() {
  useFreshness(queriesOf("/api/alerts"), "*", ["alert"]);
  return queries.useQuery("get", "/api/alerts", { params: { query: { limit: 1000 } } });
}

/** Firings, newest first. */
export function useFirings(acknowledged?: boolean) {
  useFreshness(queriesOf("/api/alerts/fired"), "*", ["alert"]);
  return queries.useInfiniteQuery(
    "get",
    "/api/alerts/fired",
    { params: { query: { limit: perPage, ...(acknowledged === undefined ? {} : { acknowledged }) } } },
    { ...byCursor, placeholderData: keepPreviousData },
  );
}
