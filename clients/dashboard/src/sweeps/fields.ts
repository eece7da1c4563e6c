import type { Field, Values } from "../forms/fields";

const choice = (value: string, title = value) => ({ value, title });

/** How a sweep searches. */
export const sweepFields = (trainers: readonly string[]): readonly Field[] => [
  { kind: "choice", name: "sampler", title: "Sampler", choices: [choice("tpe", "TPE"), choice("random"), choice("grid")] },
  { kind: "integer", name: "max_trials", title: "Trials at most", least: 1, most: 10_000, hint: "all points of a grid when empty" },
  { kind: "integer", name: "max_concurrent", title: "At once", least: 1, most: 1000, hint: "1 when empty" },
  { kind: "text", name: "metric", title: "Objective", required: true, most: 256, suggestions: ["val_loss", "train_loss", "val_ppl"] },
  { kind: "choice", name: "stat", title: "Of its curve the", choices: [choice("min", "least"), choice("last"), choice("max", "greatest"), choice("mean")] },
  { kind: "choice", name: "direction", title: "Direction", choices: [choice("minimize"), choice("maximize")] },
  { kind: "choice", name: "pruner", title: "Pruning", choices: [choice("", "none"), choice("median", "below the median")] },
  { kind: "integer", name: "warmup_steps", title: "Not before step", least: 0, most: 1_000_000_000, hint: "of pruning" },
  {
    kind: "choice",
    name: "trainer",
    title: "Trainer",
    choices: [choice("own", "Trainyard's own"), choice("external", "whoever asks for trials"), ...trainers.map((name) => choice(name))],
  },
  { kind: "integer", name: "seed", title: "Seed", least: 0, most: Number.MAX_SAFE_INTEGER, rare: true },
];

export const usualSweep: Values = { sampler: "tpe", max_trials: "10", metric: "val_loss", stat: "min", direction: "minimize", trainer: "own" };

/** What trials of our own trainer have in common. */
export const baseFields = (tokenizers: readonly { readonly value: string; readonly title: string }[]): readonly Field[] => [
  { kind: "choice", name: "tokenizer_id", title: "Tokenizer", required: true, choices: tokenizers },
  { kind: "text", name: "corpus_path", title: "Corpus", required: true, most: 4096 },
  { kind: "choice", name: "model_size", title: "Size", choices: [choice("nano"), choice("tiny"), choice("small")] },
  { kind: "integer", name: "max_steps", title: "Steps", required: true, least: 1, most: 1_000_000_000 },
  { kind: "integer", name: "eval_every", title: "Evaluate every", least: 1, most: 1_000_000_000 },
  { kind: "integer", name: "batch_size", title: "Batch", least: 1, most: 4096, rare: true },
  { kind: "integer", name: "threads", title: "Threads", least: 1, most: 1024, rare: true },
];

export const usualBase: Values = { corpus_path: ".", model_size: "nano", max_steps: "200", eval_every: "20" };
