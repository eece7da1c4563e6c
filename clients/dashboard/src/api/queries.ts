import { partialMatchKey, type QueryFilters } from "@tanstack/react-query";
import createQueries from "openapi-react-query";
import { api } from "./client";
import type { paths } from "./schema";

/** Hooks that read the API. The key of a query is its method, its path and its parameters. */
export const queries = createQueries(api);

/** Options of a list that is read page by page. */
export const byCursor = {
  initialPageParam: null,
  getNextPageParam: ({ next_cursor: next }: { readonly next_cursor?: string | null }) => next,
} as const;

type PathParameters = Readonly<Record<string, string>>;

const keyOf = (path: string, parameters?: PathParameters) =>
  parameters === undefined ? ["get", path] : ["get", path, { params: { path: parameters } }];

/** Matches the queries of a path, whatever else they ask for. */
export const queriesOf = (path: keyof paths, parameters?: PathParameters): QueryFilters => ({ queryKey: keyOf(path, parameters) });

/** Matches the queries of a path and of the paths below it. */
export const queriesBelow = (path: keyof paths, parameters?: PathParameters): QueryFilters => ({
  predicate: ({ queryKey }) => {
    const [, at] = queryKey;
    return typeof at === "string" && (at === path || at.startsWith(`${path}/`)) && partialMatchKey(queryKey, keyOf(at, parameters));
  },
});
