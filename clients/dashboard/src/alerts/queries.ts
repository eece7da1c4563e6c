import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { useFreshness } from "../runs/queries";

const perPage = 100;

export function useRules() {
  useFreshness(["alerts", "rules"], "*", ["alert"]);
  return useQuery({ queryKey: ["alerts", "rules"], queryFn: () => data(api.GET("/api/alerts", { params: { query: { limit: 1000 } } })) });
}

/** Firings, newest first. */
export function useFirings(acknowledged?: boolean) {
  useFreshness(["alerts", "fired"], "*", ["alert"]);
  return useInfiniteQuery({
    queryKey: ["alerts", "fired", acknowledged],
    queryFn: ({ pageParam }) =>
      data(
        api.GET("/api/alerts/fired", {
          params: {
            query: {
              limit: perPage,
              ...(acknowledged === undefined ? {} : { acknowledged }),
              ...(pageParam === "" ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
}
