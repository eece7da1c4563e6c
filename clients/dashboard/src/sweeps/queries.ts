import { useQuery } from "@tanstack/react-query";
import { orNothing } from "../api/orNothing";
import { queries, queriesBelow } from "../api/queries";
import { useFreshness } from "../runs/queries";

const maxTrials = 1000;

/** A sweep and its trials. */
export const queriesOfSweep = (experimentId: string) => queriesBelow("/api/experiments/{experimentId}/sweep", { experimentId });

/** The newest sweep of an experiment; null if it has none. */
export function useSweep(experimentId: string) {
  useFreshness(queriesOfSweep(experimentId), "*", ["status_change"]);
  return useQuery(orNothing(queries.queryOptions("get", "/api/experiments/{experimentId}/sweep", { params: { path: { experimentId } } })));
}

export const useTrials = (experimentId: string) =>
  queries.useQuery("get", "/api/experiments/{experimentId}/sweep/trials", {
    params: { path: { experimentId }, query: { limit: maxTrials } },
  });

export const useTrainers = () => queries.useQuery("get", "/api/trainers");
