import type { Curve } from "./curve";
import type { HistoryCurve, HistorySource } from "./history";
import { type Curves, seriesId } from "./series";
import { warmUpValues } from "./smoothing";

/** The curves and the range that a chart shows. */
export interface FeedRequest {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  /** Show only this many last steps. */
  readonly lastSteps?: number | undefined;
  readonly maxPoints: number;
  /** Also read the values before the range that a smoothed line needs, so that it is the same at any zoom. */
  readonly warmUp?: boolean | undefined;
}

/** Every requested curve, including those without points yet, which may come live. */
export async function readWindow(source: HistorySource, request: FeedRequest, signal: AbortSignal): Promise<Curves> {
  const read = await curvesOf(source, request, signal);
  const known = new Map(read.map(({ runId, key, curve }) => [seriesId(runId, key), curve]));
  const ids = request.runIds.flatMap((runId) => request.keys.map((key) => seriesId(runId, key)));
  return new Map(ids.map((id) => [id, known.get(id) ?? []]));
}

async function curvesOf(
  source: HistorySource,
  { lastSteps, warmUp = false, ...request }: FeedRequest,
  signal: AbortSignal,
): Promise<readonly HistoryCurve[]> {
  if (lastSteps === undefined) {
    const curves = await source.read(request, signal);
    return warmUp && request.fromStep !== undefined ? withEarlier(source, request, request.fromStep, curves, signal) : curves;
  }
  const ends = await source.read({ ...request, maxPoints: 1 }, signal);
  const last = Math.max(...ends.map(({ curve }) => curve.at(-1)?.to ?? Number.NEGATIVE_INFINITY));
  return Number.isFinite(last) ? curvesOf(source, { ...request, warmUp, fromStep: last - lastSteps + 1 }, signal) : ends;
}

/** The curves, each preceded by the values that its smoothed line needs. */
async function withEarlier(
  source: HistorySource,
  request: Omit<FeedRequest, "lastSteps" | "warmUp">,
  fromStep: number,
  curves: readonly HistoryCurve[],
  signal: AbortSignal,
): Promise<readonly HistoryCurve[]> {
  const interval = Math.max(0, ...curves.map(({ curve }) => intervalOf(curve)));
  if (interval === 0 || fromStep <= 0) {
    return curves;
  }
  const range = { fromStep: Math.max(0, fromStep - Math.ceil(warmUpValues * interval)), toStep: fromStep - 1 };
  const maxPoints = Math.max(1, Math.min(warmUpValues, Math.floor(request.maxPoints / 2)));
  const earlier = await source.read({ ...request, ...range, maxPoints }, signal);
  return curves.map(({ runId, key, curve }) => {
    const before = earlier.find((other) => other.runId === runId && other.key === key)?.curve ?? [];
    // Where only minutes are kept, a bucket may reach into the range: it is in both parts.
    return { runId, key, curve: [...before.filter(({ to }) => to < (curve[0]?.from ?? fromStep)), ...curve] };
  });
}

/** Steps between two values of a curve; 0 if it has less than two. */
function intervalOf(curve: Curve): number {
  const values = curve.reduce((sum, { count }) => sum + count, 0);
  const [first, last] = [curve[0], curve.at(-1)];
  return values < 2 || first === undefined || last === undefined ? 0 : (last.to - first.from) / (values - 1);
}
