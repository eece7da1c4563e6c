import type { Field, Values } from "../forms/fields";
import { requestField } from "../forms/requestField";
import { withFamilies } from "../newrun/config";

const choice = (value: string, title = value) => ({ value, title });

/** The fields of a sweep. */
export const sweepFields = (trainers: readonly string[]): readonly Field[] => [
  requestField("SweepDefinition", "sampler", { title: "Sampler", titles: { tpe: "TPE" } }),
  requestField("SweepDefinition", "max_trials", { title: "Max trials", placeholder: "all points of a grid" }),
  requestField("SweepDefinition", "max_concurrent", { title: "Max concurrent" }),
  {
    kind: "text",
    name: "metric",
    title: "Objective",
    required: true,
    max: 256,
    suggestions: ["val_loss", "train_loss", "val_ppl", "val_acc"],
  },
  { kind: "choice", name: "stat", title: "Statistic", choices: [choice("min"), choice("last"), choice("max"), choice("mean")] },
  requestField("SweepDefinition", "direction", { title: "Direction" }),
  { kind: "choice", name: "pruner", title: "Pruning", choices: [choice("", "none"), choice("median")] },
  requestField("PrunerDefinition", "warmup_steps", { title: "Prune from step" }),
  {
    kind: "choice",
    name: "trainer",
    title: "Trainer",
    choices: [choice("own", "Trainyard's own"), choice("external", "external (ask and tell)"), ...trainers.map((name) => choice(name))],
  },
  requestField("SweepDefinition", "seed", { title: "Seed", rare: true }),
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
  requestField("TrainingConfig", "corpus_path", { title: "Corpus", required: true }),
  withFamilies(requestField("TrainingConfig", "model_family", { title: "Family" })),
  requestField("TrainingConfig", "model_size", { title: "Size" }),
  requestField("TrainingConfig", "max_steps", { title: "Steps", required: true }),
  requestField("TrainingConfig", "eval_every", { title: "Evaluate every" }),
  requestField("TrainingConfig", "batch_size", { title: "Batch", rare: true }),
  requestField("TrainingConfig", "threads", { title: "Threads", rare: true }),
];

export const defaultBase: Values = { corpus_path: ".", model_size: "nano", max_steps: "200", eval_every: "20" };
