import { operationsPerToken, parametersOf, type Shape } from "./shape";

/** A run that was measured: how many tokens a second it trained on. */
export interface Measured {
  readonly shape: Shape;
  readonly vocabulary: number;
  readonly tokensPerSecond: number;
}

export interface Throughput {
  readonly tokensPerSecond: number;
  /** How many runs that rests on. */
  readonly runs: number;
  /** Whether they were of other sizes, so that it was scaled by their operations. */
  readonly scaled: boolean;
}

const alike = 1.25;
const most = 5;

/** Tokens a second to expect: the median of the runs nearest in size, each scaled by how many operations a token takes. */
export function throughputOf(shape: Shape, vocabulary: number, measured: readonly Measured[]): Throughput | undefined {
  const wanted = operationsPerToken(shape, vocabulary);
  const nearest = measured
    .filter(({ tokensPerSecond }) => tokensPerSecond > 0)
    .map((one) => ({ ...one, ratio: operationsPerToken(one.shape, one.vocabulary) / wanted }))
    .sort((one, other) => Math.abs(Math.log(one.ratio)) - Math.abs(Math.log(other.ratio)))
    .slice(0, most);
  const [first] = nearest;
  if (first === undefined) return undefined;
  const isAlike = (ratio: number): boolean => ratio <= alike && ratio >= 1 / alike;
  const used = isAlike(first.ratio) ? nearest.filter(({ ratio }) => isAlike(ratio)) : nearest;
  const rates = used.map(({ tokensPerSecond, ratio }) => tokensPerSecond * ratio).sort((one, other) => one - other);
  return { tokensPerSecond: rates[Math.floor(rates.length / 2)] ?? 0, runs: used.length, scaled: !isAlike(first.ratio) };
}

export interface Work {
  readonly shape: Shape;
  readonly vocabulary: number;
  readonly batch: number;
  readonly accumulation: number;
  readonly maxSteps: number | undefined;
  readonly epochs: number | undefined;
  /** Tokens to train on in the corpus; unknown until it was read once. */
  readonly corpusTokens: number | undefined;
  readonly keptCheckpoints: number;
}

export interface Estimate {
  readonly parameters: number;
  readonly tokensPerStep: number;
  readonly steps: number | undefined;
  readonly tokens: number | undefined;
  /** How often the corpus is gone through. */
  readonly epochs: number | undefined;
  readonly seconds: number | undefined;
  /** Of checkpoints on disk, in bytes: weights and Adam's two moments, in floats of four bytes. */
  readonly disk: number;
}

const bytesPerParameter = 12;

export function estimateOf({ shape, vocabulary, batch, accumulation, maxSteps, epochs, corpusTokens, keptCheckpoints }: Work, throughput: Throughput | undefined): Estimate {
  const parameters = parametersOf(shape, vocabulary);
  const tokensPerStep = batch * accumulation * shape.context;
  const byEpochs = corpusTokens === undefined ? undefined : Math.max(1, Math.floor(corpusTokens / tokensPerStep)) * (epochs ?? 1);
  const byCorpus = epochs === undefined && maxSteps !== undefined ? undefined : byEpochs;
  // Whichever comes first, as far as it is known.
  const steps = maxSteps === undefined ? byCorpus : Math.min(maxSteps, byCorpus ?? maxSteps);
  const tokens = steps === undefined ? undefined : steps * tokensPerStep;
  return {
    parameters,
    tokensPerStep,
    steps,
    tokens,
    epochs: tokens === undefined || corpusTokens === undefined || corpusTokens === 0 ? undefined : tokens / corpusTokens,
    seconds: tokens === undefined || throughput === undefined ? undefined : tokens / throughput.tokensPerSecond,
    // The best one is kept beside the newest.
    disk: parameters * bytesPerParameter * (keptCheckpoints + 1),
  };
}
