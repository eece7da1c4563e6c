import type { Field, Values } from "../forms/fields";

const choice = (value: string, title = value) => ({ value, title });

/** The fields of a sweep. */
export const sweepFields = (trainers: readonly string[]): readonly Field[] => [
  { kind: "choice", name: "sampler", title: "Sampler", choices: [choice("tpe", "TPE"), choice("random"), choice("grid")] },
  { kind: "integer", name: "max_trials", title: "Max trials", min: 1, max: 10_000, placeholder: "all points of a grid" },
  { kind: "integer", name: "max_concurrent", title: "Max concurrent", min: 1, max: 1000, placeholder: "1" },
  { kind: "text", name: "metric", title: "Objective", required: true, max: 256, suggestions: ["val_loss", "train_loss", "val_ppl"] },
  { kind: "choice", name: "stat", title: "Statistic", choices: [choice("min"), choice("last"), choice("max"), choice("mean")] },
  { kind: "choice", name: "direction", title: "Direction", choices: [choice("minimize"), choice("maximize")] },
  { kind: "choice", name: "pruner", title: "Pruning", choices: [choice("", "none"), choice("median")] },
  { kind: "integer", name: "warmup_steps", title: "Prune from step", min: 0, max: 1_000_000_000 },
  {
    kind: "choice",
    name: "trainer",
    title: "Trainer",
    choices: [choice("own", "Trainyard's own"), choice("external", "external (ask and tell)"), ...trainers.map((name) => choice(name))],
  },
  { kind: "integer", name: "seed", title: "Seed", min: 0, max: Number.MAX_SAFE_INTEGER, rare: true },
];

export const defaultSweep: Values = {
  sampler: "tpe",
  max_trials: "10",
  metric: "val_loss",
  stat: "min",
  direction: "minimize",
  trainer: "own",
};

/** The training config that all trials share, for Trainyard's own trainer. */
export const baseFields = (tokenizers: readonly { readonly value: string; readonly title: string }[]): readonly Field[] => [
  { kind: "choice", name: "tokenizer_id", title: "Tokenizer", required: true, choices: tokenizers },
  { kind: "text", name: "corpus_path", title: "Corpus", required: true, max: 4096 },
  { kind: "choice", name: "model_size", title: "Size", choices: [choice("nano"), choice("tiny"), choice("small")] },
  { kind: "integer", name: "max_steps", title: "Steps", required: true, min: 1, max: 1_000_000_000 },
  { kind: "integer", name: "eval_every", title: "Evaluate every", min: 1, max: 1_000_000_000 },
  { kind: "integer", name: "batch_size", title: "Batch", min: 1, max: 4096, rare: true },
  { kind: "integer", name: "threads", title: "Threads", min: 1, max: 1024, rare: true },
];

export const defaultBase: Values = { corpus_path: ".", model_size: "nano", max_steps: "200", eval_every: "20" };
