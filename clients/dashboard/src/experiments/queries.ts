import { keepPreviousData } from "@tanstack/react-query";
import { byCursor, queries, queriesBelow, queriesOf } from "../api/queries";
import { useFreshness } from "../runs/queries";

const perPage = 200;
const maxNames = 1000;

/** Experiments in a folder and below it, or deleted ones, newest first. */
export function useExperiments(folder: string, deleted: boolean) {
  useFreshness(queriesBelow("/api/experiments"), "*", ["status_change"]);
  return queries.useInfiniteQuery(
    "get",
    "/api/experiments",
    { params: { query: { limit: perPage, ...(folder === "" ? {} : { folder }), ...(deleted ? { deleted } : {}) } } },
    { ...byCursor, placeholderData: keepPreviousData },
  );
}

/** The experiments to choose among. */
export const useExperimentChoices = () => queries.useQuery("get", "/api/experiments", { params: { query: { limit: maxNames } } });

export const useFolders = () => queries.useQuery("get", "/api/experiments/folders");

export function useExperiment(experimentId: string) {
  useFreshness(queriesOf("/api/experiments/{experimentId}", { experimentId }), "*", ["status_change"]);
  return queries.useQuery("get", "/api/experiments/{experimentId}", { params: { path: { experimentId } } });
}
