import { keepPreviousData, matchQuery, type Query, type QueryFilters, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, type Schemas } from "../api/client";
import { queries, queriesBelow, queriesOf } from "../api/queries";
import { useLive } from "../live/hooks";
import type { LiveMessage } from "../live/messages";
import { objectiveNames, objectiveOf } from "./metricNames";

/** Minimum time in ms between two reads of the same data, however many messages arrive. */
const BETWEEN_READS = 1000;

export function useRuns() {
  useFreshness(queriesOf("/api/runs"), "*");
  return queries.useQuery(
    "get",
    "/api/runs",
    { params: { query: { limit: 100, metrics: [...objectiveNames] } } },
    { placeholderData: keepPreviousData },
  );
}

/** A run, what is below it, and its files; without its log and its media, which are read again when there are new ones. */
export function queriesOfRun(runId: string): QueryFilters {
  const parts = [queriesBelow("/api/runs/{runId}", { runId }), queriesBelow("/api/artifacts/{kind}/{id}", { kind: "models", id: runId })];
  const others = [queriesOf("/api/runs/{runId}/logs"), queriesBelow("/api/runs/{runId}/media")];
  const matches = (filters: readonly QueryFilters[], query: Query): boolean => filters.some((filter) => matchQuery(filter, query));
  return { predicate: (query) => !matches(others, query) && matches(parts, query) };
}

export function useRun(runId: string) {
  useFreshness(queriesOfRun(runId), runId);
  return queries.useQuery("get", "/api/runs/{runId}", { params: { path: { runId } } });
}

export const useCheckpoints = (runId: string) =>
  queries.useQuery("get", "/api/runs/{runId}/checkpoints", { params: { path: { runId }, query: { limit: 200 } } });

export type RunAct = "cancel" | "pause" | "checkpoint" | "resume";

/** Sends a command to a run, then reads the run again. */
export function useAct(runId: string): (act: RunAct) => Promise<void> {
  const client = useQueryClient();
  return async (act) => {
    const path = { params: { path: { runId } } };
    switch (act) {
      case "cancel":
        await api.POST("/api/runs/{runId}/cancel", path);
        break;
      case "pause":
        await api.POST("/api/runs/{runId}/pause", path);
        break;
      case "checkpoint":
        await api.POST("/api/runs/{runId}/checkpoint", path);
        break;
      case "resume":
        await api.POST("/api/runs/{runId}/resume", path);
        break;
    }
    await client.invalidateQueries(queriesOfRun(runId));
  };
}

/** Invalidates queries when a message arrives: any message, or one of the given types. */
export function useFreshness(filters: QueryFilters, topic: string, types?: readonly LiveMessage["type"][]): void {
  const client = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLive(topic, ({ type }) => {
    if (types !== undefined && type !== "resync" && !types.includes(type)) {
      return;
    }
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      void client.invalidateQueries(filters);
    }, BETWEEN_READS);
  });
}

/** The objective of a run in a list: its name and its last value. */
export function objectiveIn({ metrics }: Schemas["RunSummary"]): { readonly name: string; readonly value: number | string } | undefined {
  const given = metrics ?? {};
  const name = objectiveOf(Object.keys(given).filter((metric) => objectiveNames.includes(metric)));
  const value = name === undefined ? undefined : given[name];
  return name === undefined || value === undefined ? undefined : { name, value };
}
