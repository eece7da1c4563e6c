import type { Schemas } from "../api/client";
import type { Values } from "../forms/fields";
import { bytes, duration, figure } from "../format/numbers";
import { Facts } from "../shell/Facts";
import { isGiven } from "./config";
import { estimateOf, type Throughput, throughputOf } from "./estimate";
import { isCounted, readsText, shapeOf } from "./shape";
import { useMeasured } from "./useMeasured";

interface CostEstimateProps {
  readonly values: Values;
  readonly tokenizers: readonly Schemas["TokenizerManifest"][];
}

const defaultVocabulary = 8192;

/** The expected cost of a training, from earlier runs on this machine. */
export function CostEstimate({ values, tokenizers }: CostEstimateProps) {
  const measured = useMeasured(tokenizers);
  if (isGiven(values)) {
    return <p className="notice muted">The size of the given model, and so the cost, is known when the run has started.</p>;
  }
  if (!readsText(values)) {
    return <p className="notice muted">The cost of a model that reads no text is known when the run has started.</p>;
  }
  if (!isCounted(values)) {
    return <p className="notice muted">The cost of a model of this family is known when the run has started.</p>;
  }
  const tokenizer = tokenizers.find(({ tokenizer_id }) => tokenizer_id === values["tokenizer_id"]);
  const vocabulary = tokenizer?.vocab_size ?? defaultVocabulary;
  const shape = shapeOf(values);
  const throughput = throughputOf(shape, vocabulary, measured);
  const heldOut = numberOf(values, "holdout_fraction") ?? 0.1;
  const estimate = estimateOf(
    {
      shape,
      vocabulary,
      batch: numberOf(values, "batch_size") ?? 16,
      accumulation: numberOf(values, "gradient_accumulation") ?? 1,
      maxSteps: numberOf(values, "max_steps"),
      epochs: numberOf(values, "num_epochs"),
      corpusTokens: tokensOf(tokenizer, values["corpus_path"], heldOut),
      keptCheckpoints: numberOf(values, "keep_checkpoints") ?? 3,
    },
    throughput,
  );
  const { parameters, tokensPerStep, steps, tokens, epochs, seconds, disk } = estimate;
  const facts = [
    ["parameters", figure(parameters)],
    ["time", seconds === undefined ? "not known yet" : `about ${duration(seconds)}`],
    ["steps", steps === undefined ? "depends on the corpus" : figure(steps)],
    ["tokens", tokens === undefined ? "–" : figure(tokens)],
    ["tokens a step", figure(tokensPerStep)],
    ["epochs", epochs === undefined ? "–" : figure(Math.round(epochs * 100) / 100)],
    ["checkpoints", `up to ${bytes(disk)} on disk`],
  ] as const;
  return (
    <>
      <Facts facts={facts} live />
      <p className="notice muted">{basisOf(throughput)}</p>
    </>
  );
}

function basisOf(throughput: Throughput | undefined): string {
  if (throughput === undefined) {
    return "No run has been measured on this machine yet. The first run makes a time estimate possible.";
  }
  const { tokensPerSecond, runs, scaled } = throughput;
  const from = `${runs} ${runs === 1 ? "run" : "runs"}`;
  const rate = `${figure(Math.round(tokensPerSecond))} tokens a second`;
  return scaled
    ? `Rough: ${rate}, scaled from ${from} of other sizes on this machine.`
    : `${rate}, from ${from} of this size on this machine.`;
}

/** The number of training tokens, known if the tokenizer was trained on the same corpus. */
function tokensOf(
  tokenizer: Schemas["TokenizerManifest"] | undefined,
  corpusPath: string | undefined,
  heldOut: number,
): number | undefined {
  const { corpus, statistics, config } = tokenizer ?? {};
  if (corpus == null || statistics == null || config?.corpus_path !== corpusPath || statistics.bytes === 0) {
    return undefined;
  }
  return Math.round(((corpus.bytes * statistics.token_count) / statistics.bytes) * (1 - heldOut));
}

function numberOf(values: Values, name: string): number | undefined {
  const value = Number(values[name] ?? "");
  return (values[name] ?? "") !== "" && value > 0 ? value : undefined;
}
