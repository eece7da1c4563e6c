import { api, data, type Schemas } from "../api/client";
import { curveOf } from "./curve";
import type { HistoryCurve, HistoryRequest, HistorySource } from "./history";

/** The maximum number of runs in one request. */
const maxRuns = 100;

type WireHistories = Schemas["Histories"];
export type WireQuery = Schemas["HistoriesWanted"];

/** `POST /api/metrics/query`, through the given sender. */
export type QueryHistories = (query: WireQuery, signal: AbortSignal) => Promise<WireHistories>;

export function historySource(query: QueryHistories): HistorySource {
  return {
    read: async (request, signal) => {
      const parts: string[][] = [];
      for (let first = 0; first < request.runIds.length; first += maxRuns) {
        parts.push(request.runIds.slice(first, first + maxRuns));
      }
      const answers = await Promise.all(parts.map((runs) => query(wireQuery(runs, request), signal)));
      return answers.flatMap(curvesOf);
    },
  };
}

function wireQuery(runs: string[], { keys, fromStep, toStep, maxPoints }: HistoryRequest): WireQuery {
  return {
    runs,
    keys: [...keys],
    ...(fromStep === undefined ? {} : { from_step: fromStep }),
    ...(toStep === undefined ? {} : { to_step: toStep }),
    max_points: maxPoints,
  };
}

function curvesOf({ runs }: WireHistories): readonly HistoryCurve[] {
  return runs.flatMap(({ run_id, series }) => series.map((metric) => ({ runId: run_id, key: metric.name, curve: curveOf(metric) })));
}

/** Sends to Trainyard, with the API key. */
export const apiHistory: HistorySource = historySource((body, signal) => data(api.POST("/api/metrics/query", { body, signal })));
