import type { limits } from "../api/limits";
import { type Field, problemsOf, type Values } from "../forms/fields";
import { requestField } from "../forms/requestField";
import { shapeOf } from "./shape";

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

const field = (name: keyof (typeof limits)["TrainingConfig"], title: string, look: { hint?: string; rare?: boolean; required?: boolean } = {}): Field =>
  requestField("TrainingConfig", name, { title, ...look });

/** What a run is trained by, tokenizer and experiment aside, which are chosen among those there are. What is left empty is the server's choice. */
export const groups: readonly FieldGroup[] = [
  {
    title: "Model",
    fields: [
      field("model_size", "Size"),
      field("layers", "Layers", { rare: true }),
      field("heads", "Heads", { rare: true }),
      field("dim", "Width", { rare: true, hint: "a multiple of the heads" }),
      field("max_seq_len", "Context", { rare: true, hint: "tokens it sees at once" }),
      field("dropout", "Dropout", { rare: true }),
      field("start_from", "Start from", { rare: true, hint: "a run or checkpoint whose weights to begin with" }),
    ],
  },
  {
    title: "Text",
    fields: [
      field("corpus_path", "Corpus", { required: true, hint: "a text file or a folder of them, below the corpus root" }),
      field("replace_invalid_bytes", "Replace bad bytes", { rare: true }),
      field("holdout_fraction", "Held out", { rare: true, hint: "share kept for validation" }),
    ],
  },
  {
    title: "Training",
    fields: [
      field("max_steps", "Steps at most"),
      field("num_epochs", "Epochs", { hint: "1 when there are no steps either" }),
      field("batch_size", "Batch", { hint: "sequences" }),
      field("learning_rate", "Learning rate"),
      field("lr_schedule", "Schedule", { rare: true }),
      field("warmup_steps", "Warmup steps", { rare: true }),
      field("gradient_accumulation", "Gradient accumulation", { rare: true }),
      field("weight_decay", "Weight decay", { rare: true }),
      field("grad_clip", "Gradient clipping", { rare: true, hint: "0 for none" }),
      field("early_stopping_patience", "Early stopping", { rare: true, hint: "evaluations without a better one" }),
      field("seed", "Seed", { rare: true }),
      field("threads", "Threads", { rare: true, hint: "all cores when empty" }),
    ],
  },
  {
    title: "Keeping",
    fields: [
      field("name", "Name"),
      field("eval_every", "Evaluate every", { rare: true, hint: "steps; each epoch when empty" }),
      field("checkpoint_every", "Checkpoint every", { rare: true, hint: "steps; with each evaluation when empty" }),
      field("keep_checkpoints", "Checkpoints kept", { rare: true, hint: "the newest, and the best" }),
      field("log_every", "Log every", { rare: true, hint: "steps" }),
      field("notes", "Notes", { rare: true }),
    ],
  },
];

const tokenizer = field("tokenizer_id", "Tokenizer", { required: true });
const experiment = field("experiment_id", "Experiment");

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
