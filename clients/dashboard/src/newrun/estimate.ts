import { operationsPerToken, parametersOf, type Shape } from "./shape";

/** The measured speed of a run. */
export interface Measured {
  readonly shape: Shape;
  readonly vocabulary: number;
  readonly tokensPerSecond: number;
}

export interface Throughput {
  readonly tokensPerSecond: number;
  /** The number of runs behind this figure. */
  readonly runs: number;
  /** Whether it is scaled, by operations per token, from runs of other sizes. */
  readonly scaled: boolean;
}

const alike = 1.25;
const maxRuns = 5;

/** Expected tokens a second: the median of the runs nearest in size, scaled by operations per token. */
export function throughputOf(shape: Shape, vocabulary: number, measured: readonly Measured[]): Throughput | undefined {
  const wanted = operationsPerToken(shape, vocabulary);
  const nearest = measured
    .filter(({ tokensPerSecond }) => tokensPerSecond > 0)
    .map((run) => ({ ...run, ratio: operationsPerToken(run.shape, run.vocabulary) / wanted }))
    .sort((a, b) => Math.abs(Math.log(a.ratio)) - Math.abs(Math.log(b.ratio)))
    .slice(0, maxRuns);
  const [first] = nearest;
  if (first === undefined) {
    return undefined;
  }
  const isAlike = (ratio: number): boolean => ratio <= alike && ratio >= 1 / alike;
  const used = isAlike(first.ratio) ? nearest.filter(({ ratio }) => isAlike(ratio)) : nearest;
  const rates = used.map(({ tokensPerSecond, ratio }) => tokensPerSecond * ratio).sort((a, b) => a - b);
  return { tokensPerSecond: rates[Math.floor(rates.length / 2)] ?? 0, runs: used.length, scaled: !isAlike(first.ratio) };
}

export interface Work {
  readonly shape: Shape;
  readonly vocabulary: number;
  readonly batch: number;
  readonly accumulation: number;
  readonly maxSteps: number | undefined;
  readonly epochs: number | undefined;
  /** Training tokens in the corpus; undefined before it was read once. */
  readonly corpusTokens: number | undefined;
  readonly keptCheckpoints: number;
}

export interface Estimate {
  readonly parameters: number;
  readonly tokensPerStep: number;
  readonly steps: number | undefined;
  readonly tokens: number | undefined;
  /** Passes over the corpus. */
  readonly epochs: number | undefined;
  readonly seconds: number | undefined;
  /** Bytes of checkpoints on disk: weights and Adam's two moments, as 4-byte floats. */
  readonly disk: number;
}

const bytesPerParameter = 12;

export function estimateOf(
  { shape, vocabulary, batch, accumulation, maxSteps, epochs, corpusTokens, keptCheckpoints }: Work,
  throughput: Throughput | undefined,
): Estimate {
  const parameters = parametersOf(shape, vocabulary);
  const tokensPerStep = batch * accumulation * shape.context;
  const byEpochs = corpusTokens === undefined ? undefined : Math.max(1, Math.floor(corpusTokens / tokensPerStep)) * (epochs ?? 1);
  const byCorpus = epochs === undefined && maxSteps !== undefined ? undefined : byEpochs;
  // Training ends at the first limit.
  const steps = maxSteps === undefined ? byCorpus : Math.min(maxSteps, byCorpus ?? maxSteps);
  const tokens = steps === undefined ? undefined : steps * tokensPerStep;
  return {
    parameters,
    tokensPerStep,
    steps,
    tokens,
    epochs: tokens === undefined || corpusTokens === undefined || corpusTokens === 0 ? undefined : tokens / corpusTokens,
    seconds: tokens === undefined || throughput === undefined ? undefined : tokens / throughput.tokensPerSecond,
    // The best checkpoint is kept beside the newest.
    disk: parameters * bytesPerParameter * (keptCheckpoints + 1),
  };
}
