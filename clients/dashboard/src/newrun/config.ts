import { type Field, problemsOf, type Values } from "../forms/fields";
import { shapeOf } from "./shape";

const choice = (value: string, title = value) => ({ value, title });
const many = 1_000_000_000;

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** The training config, without tokenizer and experiment, which have their own pickers. Empty fields take the server's defaults. */
export const groups: readonly FieldGroup[] = [
  {
    title: "Model",
    fields: [
      { kind: "choice", name: "model_size", title: "Size", choices: [choice("nano"), choice("tiny"), choice("small")] },
      { kind: "integer", name: "layers", title: "Layers", min: 1, max: 96, rare: true },
      { kind: "integer", name: "heads", title: "Heads", min: 1, max: 128, rare: true },
      { kind: "integer", name: "dim", title: "Width", min: 8, max: 8192, rare: true, hint: "a multiple of the heads" },
      { kind: "integer", name: "max_seq_len", title: "Context", min: 8, max: 8192, rare: true, hint: "context length in tokens" },
      { kind: "number", name: "dropout", title: "Dropout", min: 0, max: 1, exclusiveMax: true, rare: true },
      {
        kind: "text",
        name: "start_from",
        title: "Start from",
        max: 128,
        rare: true,
        hint: "a run or checkpoint that provides the initial weights",
      },
    ],
  },
  {
    title: "Text",
    fields: [
      {
        kind: "text",
        name: "corpus_path",
        title: "Corpus",
        required: true,
        max: 4096,
        hint: "a text file or folder below the corpus root",
      },
      { kind: "flag", name: "replace_invalid_bytes", title: "Replace invalid bytes", rare: true },
      {
        kind: "number",
        name: "holdout_fraction",
        title: "Held out",
        min: 0,
        max: 0.5,
        exclusiveMin: true,
        rare: true,
        hint: "share kept for validation",
        placeholder: "0.1",
      },
    ],
  },
  {
    title: "Training",
    fields: [
      { kind: "integer", name: "max_steps", title: "Max steps", min: 1, max: many },
      { kind: "integer", name: "num_epochs", title: "Epochs", min: 1, max: 10_000, hint: "default 1 without max steps" },
      { kind: "integer", name: "batch_size", title: "Batch", min: 1, max: 4096, hint: "sequences", placeholder: "16" },
      { kind: "number", name: "learning_rate", title: "Learning rate", min: 0, max: 1, exclusiveMin: true, placeholder: "0.001" },
      {
        kind: "choice",
        name: "lr_schedule",
        title: "Schedule",
        rare: true,
        choices: [choice("", "cosine"), choice("linear"), choice("constant")],
      },
      { kind: "integer", name: "warmup_steps", title: "Warmup steps", min: 0, max: 10_000_000, rare: true },
      { kind: "integer", name: "gradient_accumulation", title: "Gradient accumulation", min: 1, max: 1024, rare: true },
      { kind: "number", name: "weight_decay", title: "Weight decay", min: 0, max: 1, rare: true, placeholder: "0.1" },
      { kind: "number", name: "grad_clip", title: "Gradient clipping", min: 0, max: 1e6, rare: true, hint: "0 for none", placeholder: "1" },
      {
        kind: "integer",
        name: "early_stopping_patience",
        title: "Early stopping",
        min: 1,
        max: 1_000_000,
        rare: true,
        hint: "evaluations without improvement",
      },
      { kind: "integer", name: "seed", title: "Seed", min: 0, max: Number.MAX_SAFE_INTEGER, rare: true },
      { kind: "integer", name: "threads", title: "Threads", min: 1, max: 1024, rare: true, placeholder: "all cores" },
    ],
  },
  {
    title: "Output",
    fields: [
      { kind: "text", name: "name", title: "Name", max: 256 },
      {
        kind: "integer",
        name: "eval_every",
        title: "Evaluate every",
        min: 1,
        max: many,
        rare: true,
        hint: "steps",
        placeholder: "each epoch",
      },
      {
        kind: "integer",
        name: "checkpoint_every",
        title: "Checkpoint every",
        min: 1,
        max: many,
        rare: true,
        hint: "steps",
        placeholder: "each evaluation",
      },
      {
        kind: "integer",
        name: "keep_checkpoints",
        title: "Checkpoints kept",
        min: 1,
        max: 1000,
        rare: true,
        hint: "the newest, beside the best",
        placeholder: "3",
      },
      { kind: "integer", name: "log_every", title: "Log every", min: 1, max: 100_000, rare: true, hint: "steps", placeholder: "10" },
      { kind: "text", name: "notes", title: "Notes", max: 65_536, rare: true },
    ],
  },
];

const tokenizer: Field = { kind: "text", name: "tokenizer_id", title: "Tokenizer", required: true, max: 128 };
const experiment: Field = { kind: "text", name: "experiment_id", title: "Experiment", max: 128 };

export const allFields: readonly Field[] = [tokenizer, experiment, ...groups.flatMap(({ fields }) => fields)];

/** The problems by field, including rules across fields. */
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

/** Presets that finish in reasonable time on a laptop. */
export const presets: readonly Preset[] = [
  { name: "first look", values: { model_size: "nano", max_steps: "300", eval_every: "50", batch_size: "16", learning_rate: "0.003" } },
  { name: "coffee break", values: { model_size: "tiny", max_steps: "2000", eval_every: "200", batch_size: "16", learning_rate: "0.001" } },
  {
    name: "overnight",
    values: {
      model_size: "small",
      num_epochs: "1",
      eval_every: "500",
      batch_size: "8",
      gradient_accumulation: "4",
      learning_rate: "0.0006",
      early_stopping_patience: "10",
    },
  },
];
