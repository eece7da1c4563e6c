import { type Field, problemsOf, type Values } from "../forms/fields";
import { shapeOf } from "./shape";

const choice = (value: string, title = value) => ({ value, title });
const many = 1_000_000_000;

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** What a run is trained by, tokenizer and experiment aside, which are chosen among those there are. What is left empty is the server's choice. */
export const groups: readonly FieldGroup[] = [
  {
    title: "Model",
    fields: [
      { kind: "choice", name: "model_size", title: "Size", choices: [choice("nano"), choice("tiny"), choice("small")] },
      { kind: "integer", name: "layers", title: "Layers", least: 1, most: 96, rare: true },
      { kind: "integer", name: "heads", title: "Heads", least: 1, most: 128, rare: true },
      { kind: "integer", name: "dim", title: "Width", least: 8, most: 8192, rare: true, hint: "a multiple of the heads" },
      { kind: "integer", name: "max_seq_len", title: "Context", least: 8, most: 8192, rare: true, hint: "tokens it sees at once" },
      { kind: "number", name: "dropout", title: "Dropout", least: 0, most: 1, below: true, rare: true },
      { kind: "text", name: "start_from", title: "Start from", most: 128, rare: true, hint: "a run or checkpoint whose weights to begin with" },
    ],
  },
  {
    title: "Text",
    fields: [
      { kind: "text", name: "corpus_path", title: "Corpus", required: true, most: 4096, hint: "a text file or a folder of them, below the corpus root" },
      { kind: "flag", name: "replace_invalid_bytes", title: "Replace bad bytes", rare: true },
      { kind: "number", name: "holdout_fraction", title: "Held out", least: 0, most: 0.5, above: true, rare: true, hint: "share kept for validation; 0.1 when empty" },
    ],
  },
  {
    title: "Training",
    fields: [
      { kind: "integer", name: "max_steps", title: "Steps at most", least: 1, most: many },
      { kind: "integer", name: "num_epochs", title: "Epochs", least: 1, most: 10_000, hint: "1 when there are no steps either" },
      { kind: "integer", name: "batch_size", title: "Batch", least: 1, most: 4096, hint: "sequences; 16 when empty" },
      { kind: "number", name: "learning_rate", title: "Learning rate", least: 0, most: 1, above: true, hint: "0.001 when empty" },
      { kind: "choice", name: "lr_schedule", title: "Schedule", rare: true, choices: [choice("", "cosine"), choice("linear"), choice("constant")] },
      { kind: "integer", name: "warmup_steps", title: "Warmup steps", least: 0, most: 10_000_000, rare: true },
      { kind: "integer", name: "gradient_accumulation", title: "Gradient accumulation", least: 1, most: 1024, rare: true },
      { kind: "number", name: "weight_decay", title: "Weight decay", least: 0, most: 1, rare: true, hint: "0.1 when empty" },
      { kind: "number", name: "grad_clip", title: "Gradient clipping", least: 0, most: 1e6, rare: true, hint: "1 when empty, 0 for none" },
      { kind: "integer", name: "early_stopping_patience", title: "Early stopping", least: 1, most: 1_000_000, rare: true, hint: "evaluations without a better one" },
      { kind: "integer", name: "seed", title: "Seed", least: 0, most: Number.MAX_SAFE_INTEGER, rare: true },
      { kind: "integer", name: "threads", title: "Threads", least: 1, most: 1024, rare: true, hint: "all cores when empty" },
    ],
  },
  {
    title: "Keeping",
    fields: [
      { kind: "text", name: "name", title: "Name", most: 256 },
      { kind: "integer", name: "eval_every", title: "Evaluate every", least: 1, most: many, rare: true, hint: "steps; each epoch when empty" },
      { kind: "integer", name: "checkpoint_every", title: "Checkpoint every", least: 1, most: many, rare: true, hint: "steps; with each evaluation when empty" },
      { kind: "integer", name: "keep_checkpoints", title: "Checkpoints kept", least: 1, most: 1000, rare: true, hint: "the newest, and the best; 3 when empty" },
      { kind: "integer", name: "log_every", title: "Log every", least: 1, most: 100_000, rare: true, hint: "steps; 10 when empty" },
      { kind: "text", name: "notes", title: "Notes", most: 65_536, rare: true },
    ],
  },
];

const tokenizer: Field = { kind: "text", name: "tokenizer_id", title: "Tokenizer", required: true, most: 128 };
const experiment: Field = { kind: "text", name: "experiment_id", title: "Experiment", most: 128 };

export const allFields: readonly Field[] = [tokenizer, experiment, ...groups.flatMap(({ fields }) => fields)];

/** Every problem by its field, those between fields among them. */
export function configProblems(values: Values): Readonly<Record<string, string>> {
  const problems = problemsOf(allFields, values);
  const { dim, heads } = shapeOf(values);
  const uneven = problems["dim"] === undefined && problems["heads"] === undefined && dim % heads !== 0;
  return uneven ? { ...problems, dim: `must be a multiple of heads (${dim} is not one of ${heads})` } : problems;
}

export interface Preset {
  readonly name: string;
  readonly values: Values;
}

/** Ways to begin: each is worth its time on a laptop. */
export const presets: readonly Preset[] = [
  { name: "first look", values: { model_size: "nano", max_steps: "300", eval_every: "50", batch_size: "16", learning_rate: "0.003" } },
  { name: "coffee break", values: { model_size: "tiny", max_steps: "2000", eval_every: "200", batch_size: "16", learning_rate: "0.001" } },
  { name: "overnight", values: { model_size: "small", num_epochs: "1", eval_every: "500", batch_size: "8", gradient_accumulation: "4", learning_rate: "0.0006", early_stopping_patience: "10" } },
];
