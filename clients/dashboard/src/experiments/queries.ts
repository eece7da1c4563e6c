import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { useFreshness } from "../runs/queries";

const perPage = 200;

/** Experiments in a folder and below it, or deleted ones, newest first. */
export function useExperiments(folder: string, deleted: boolean) {
  useFreshness(["experiments"], "*", ["status_change"]);
  const query = { limit: perPage, ...(folder === "" ? {} : { folder }), ...(deleted ? { deleted } : {}) };
  return useInfiniteQuery({
    queryKey: ["experiments", "list", query],
    queryFn: ({ pageParam }) =>
      data(api.GET("/api/experiments", { params: { query: { ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
}

export const useFolders = () =>
  useQuery({ queryKey: ["experiments", "folders"], queryFn: () => data(api.GET("/api/experiments/folders")) });

export function useExperiment(experimentId: string) {
  useFreshness(["experiments", "one", experimentId], "*", ["status_change"]);
  return useQuery({
    queryKey: ["experiments", "one", experimentId],
    queryFn: () => data(api.GET("/api/experiments/{experimentId}", { params: { path: { experimentId } } })),
  });
}
