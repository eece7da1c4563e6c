import type { HistoryCurve, HistorySource } from "./history";
import { type Curves, seriesId } from "./series";

/** Which curves a chart shows, and which part of them. */
export interface FeedRequest {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  /** Only so many steps before the last there is. */
  readonly lastSteps?: number | undefined;
  readonly maxPoints: number;
}

/** Every curve asked for, also those that have no points yet: their first may come live. */
export async function readWindow(source: HistorySource, request: FeedRequest, signal: AbortSignal): Promise<Curves> {
  const read = await curvesOf(source, request, signal);
  const known = new Map(read.map(({ runId, key, curve }) => [seriesId(runId, key), curve]));
  const ids = request.runIds.flatMap((runId) => request.keys.map((key) => seriesId(runId, key)));
  return new Map(ids.map((id) => [id, known.get(id) ?? []]));
}

async function curvesOf(source: HistorySource, { lastSteps, ...request }: FeedRequest, signal: AbortSignal): Promise<readonly HistoryCurve[]> {
  if (lastSteps === undefined) {
    return source.read(request, signal);
  }
  const ends = await source.read({ ...request, maxPoints: 1 }, signal);
  const last = Math.max(...ends.map(({ curve }) => curve.at(-1)?.to ?? Number.NEGATIVE_INFINITY));
  return Number.isFinite(last) ? source.read({ ...request, fromStep: last - lastSteps + 1 }, signal) : ends;
}
