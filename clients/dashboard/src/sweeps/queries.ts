import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { useFreshness } from "../runs/queries";

const maxTrials = 1000;

/** The newest sweep of an experiment; null if it has none. */
export function useSweep(experimentId: string) {
  const queryKey = ["sweep", experimentId];
  useFreshness(queryKey, "*", ["status_change"]);
  return useQuery({
    queryKey,
    queryFn: async (): Promise<Schemas["SweepView"] | null> => {
      try {
        return await data(api.GET("/api/experiments/{experimentId}/sweep", { params: { path: { experimentId } } }));
      } catch (fault) {
        if (fault instanceof Problem && fault.status === 404) {
          return null;
        }
        throw fault;
      }
    },
  });
}

export function useTrials(experimentId: string) {
  return useQuery({
    queryKey: ["sweep", experimentId, "trials"],
    queryFn: () =>
      data(api.GET("/api/experiments/{experimentId}/sweep/trials", { params: { path: { experimentId }, query: { limit: maxTrials } } })),
  });
}

export const useTrainers = () => useQuery({ queryKey: ["trainers"], queryFn: () => data(api.GET("/api/trainers")) });
