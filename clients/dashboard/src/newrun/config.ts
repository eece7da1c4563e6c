import type { limits } from "../api/limits";
import { type Field, problemsOf, type Values } from "../forms/fields";
import { type Look, requestField } from "../forms/requestField";
import { familyChoices } from "./families";
import { familyTraits, readsText, shapeOf, sizeOf } from "./shape";

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

const field = (name: keyof (typeof limits)["TrainingConfig"], title: string, look: Omit<Look, "title"> = {}): Field =>
  requestField("TrainingConfig", name, { title, ...look });

/** The training config, without tokenizer and experiment, which have their own pickers. Empty fields take the server's defaults. */
export const groups: readonly FieldGroup[] = [
  {
    title: "Model",
    fields: [
      field("model_family", "Family"),
      field("model_size", "Size"),
      field("layers", "Layers", { rare: true }),
      field("heads", "Heads", { rare: true }),
      field("kv_heads", "Key heads", { rare: true, hint: "heads of keys and values", placeholder: "as many as heads" }),
      field("dim", "Width", { rare: true, hint: "a multiple of the heads" }),
      field("max_seq_len", "Context", { rare: true, hint: "context length in tokens" }),
      field("dropout", "Dropout", { rare: true }),
      field("start_from", "Start from", { rare: true, hint: "a run or checkpoint that provides the initial weights" }),
      field("pretrained_path", "Given model", {
        rare: true,
        hint: "a folder below the corpus root with config.json and safetensors, to begin with",
      }),
    ],
  },
  {
    title: "Data",
    fields: [
      field("corpus_path", "Corpus", {
        required: true,
        hint: "a text file or folder below the corpus root; a folder with IDX files for digits",
      }),
      field("replace_invalid_bytes", "Replace invalid bytes", { rare: true }),
      field("holdout_fraction", "Held out", { rare: true, hint: "share kept for validation" }),
    ],
  },
  {
    title: "Training",
    fields: [
      field("max_steps", "Max steps"),
      field("num_epochs", "Epochs", { hint: "default 1 without max steps" }),
      field("batch_size", "Batch", { hint: "sequences or images" }),
      field("learning_rate", "Learning rate"),
      field("lr_schedule", "Schedule", { rare: true }),
      field("lr_decay_fraction", "Decay share", { rare: true, hint: "of all steps, with the schedule wsd" }),
      field("optimizer", "Optimizer", { rare: true, titles: { adamw: "AdamW", muon: "Muon and AdamW" } }),
      field("warmup_steps", "Warmup steps", { rare: true }),
      field("gradient_accumulation", "Gradient accumulation", { rare: true }),
      field("weight_decay", "Weight decay", { rare: true }),
      field("grad_clip", "Gradient clipping", { rare: true, hint: "0 for none" }),
      field("spectral_norm", "Spectral norm", { hint: "divides weights by their largest singular value", rare: true }),
      field("spectral_norm_layers", "Normalised layers", { rare: true, hint: "patterns such as *.mlp.*, with commas", placeholder: "all" }),
      field("spectral_norm_iterations", "Power iterations", { rare: true, hint: "of the spectral norm, per step" }),
      field("label_smoothing", "Label smoothing", { rare: true }),
      field("z_loss", "Z-loss", { rare: true, hint: "keeps logits small; 0.0001 is usual" }),
      field("ema_decay", "Average of weights", { rare: true, hint: "decay of the published average, e.g. 0.999", placeholder: "none" }),
      field("curriculum_start_len", "First sequences", { rare: true, hint: "tokens, growing to the context", placeholder: "the context" }),
      field("curriculum_steps", "Growing steps", { rare: true, hint: "over which sequences grow" }),
      field("early_stopping_patience", "Early stopping", { rare: true, hint: "evaluations without improvement" }),
      field("early_stopping_min_delta", "Min improvement", { rare: true, hint: "of the validation loss, for early stopping" }),
      field("loss_spike_threshold", "Loss spikes", { rare: true, hint: "deviations above the recent mean", placeholder: "not looked for" }),
      field("loss_spike_rollback", "Go back after a spike", { rare: true, hint: "to the weights of the last checkpoint" }),
      field("seed", "Seed", { rare: true }),
      field("precision", "Precision", { rare: true, hint: "of matrix products; auto is bf16 where the CPU has it" }),
      field("threads", "Threads", { rare: true, placeholder: "all cores" }),
    ],
  },
  {
    title: "Output",
    fields: [
      field("name", "Name"),
      field("eval_every", "Evaluate every", { rare: true, hint: "steps", placeholder: "each epoch" }),
      field("eval_tokens", "Evaluated tokens", { rare: true, hint: "held-out tokens", placeholder: "a tenth of those trained on" }),
      field("eval_prompts", "Prompts", { rare: true, hint: "one a line; each evaluation continues them" }),
      field("eval_prompts_path", "File of prompts", { rare: true, hint: "below the corpus root, one a line, instead of prompts" }),
      field("checkpoint_every", "Checkpoint every", { rare: true, hint: "steps", placeholder: "each evaluation" }),
      field("keep_checkpoints", "Checkpoints kept", { rare: true, hint: "the newest, beside the best" }),
      field("log_every", "Log every", { rare: true, hint: "steps" }),
      field("stats_every", "Statistics every", { rare: true, hint: "steps; of weights, gradients and activations", placeholder: "never" }),
      field("notes", "Notes", { rare: true }),
    ],
  },
];

const tokenizer = field("tokenizer_id", "Tokenizer", { required: true });
const experiment = field("experiment_id", "Experiment");

export const allFields: readonly Field[] = [tokenizer, experiment, ...groups.flatMap(({ fields }) => fields)];

const ofText = new Set([
  "tokenizer_id",
  "heads",
  "kv_heads",
  "max_seq_len",
  "pretrained_path",
  "replace_invalid_bytes",
  "curriculum_start_len",
  "curriculum_steps",
  "eval_tokens",
  "eval_prompts",
  "eval_prompts_path",
]);

/** Whether a field has a meaning for the family of a config. */
const isUsed =
  (values: Values) =>
  ({ name }: Field): boolean =>
    readsText(values) || !ofText.has(name);

/** The fields of a config's family. */
export const fieldsOf = (values: Values): readonly Field[] => allFields.filter(isUsed(values));

/** The groups with the fields of a config's family. */
export const groupsOf = (values: Values): readonly FieldGroup[] =>
  groups.map(({ title, fields }) => ({ title, fields: fields.filter(isUsed(values)).map(withFamilies) }));

/** The field with the families of the server, to which plugins may add. */
export const withFamilies = (of: Field): Field =>
  of.kind === "choice" && of.name === "model_family" ? { ...of, choices: familyChoices() } : of;

/** The problems by field, including rules across fields. */
export function configProblems(values: Values): Readonly<Record<string, string>> {
  const problems = { ...optionProblems(values), ...problemsOf(fieldsOf(values), values) };
  if (!readsText(values)) {
    return { ...layerProblems(values), ...problems };
  }
  return { ...(isGiven(values) ? givenProblems(values) : shapeProblems(values)), ...withoutTokenizer(problems, isGiven(values)) };
}

/** Whether a config begins with a given model, which then determines the shape. */
export const isGiven = (values: Values): boolean => readsText(values) && (values["pretrained_path"] ?? "").trim() !== "";

// The tokenizer of the given model does as well.
function withoutTokenizer(problems: Readonly<Record<string, string>>, given: boolean): Readonly<Record<string, string>> {
  return given ? Object.fromEntries(Object.entries(problems).filter(([name]) => name !== "tokenizer_id")) : problems;
}

const isFilled = (values: Values, name: string): boolean => (values[name] ?? "").trim() !== "";

function optionProblems(values: Values): Readonly<Record<string, string>> {
  const grows = isFilled(values, "curriculum_steps");
  const begins = isFilled(values, "curriculum_start_len");
  const { context } = shapeOf(values);
  return {
    ...(readsText(values) && begins && Number(values["curriculum_start_len"]) > context
      ? { curriculum_start_len: `must be at most the context (${context})` }
      : {}),
    ...(readsText(values) && grows && !begins ? { curriculum_start_len: "is needed with growing steps" } : {}),
    ...(readsText(values) && begins && !grows ? { curriculum_steps: "is needed with first sequences" } : {}),
    ...(readsText(values) && isFilled(values, "eval_prompts") && isFilled(values, "eval_prompts_path")
      ? { eval_prompts_path: "can't be combined with prompts" }
      : {}),
    ...(isFilled(values, "loss_spike_rollback") && !isFilled(values, "loss_spike_threshold")
      ? { loss_spike_threshold: "is needed to go back after a spike" }
      : {}),
  };
}

function givenProblems(values: Values): Readonly<Record<string, string>> {
  const shaped = ["layers", "heads", "kv_heads", "dim"].filter((name) => isFilled(values, name));
  return {
    ...Object.fromEntries(shaped.map((name) => [name, "is given by the model; leave it empty"])),
    ...(isFilled(values, "start_from") ? { start_from: "can't be combined with a given model" } : {}),
  };
}

function layerProblems(values: Values): Readonly<Record<string, string>> {
  const { max_layers, sizes } = familyTraits(values);
  const name = values["model_size"] ?? "";
  return {
    ...(max_layers != null && Number(values["layers"] ?? "") > max_layers ? { layers: `must be at most ${max_layers}` } : {}),
    ...(sizes != null && name !== "" && !(name in sizes) ? { model_size: `must be one of ${Object.keys(sizes).join(", ")}` } : {}),
  };
}

function shapeProblems(values: Values): Readonly<Record<string, string>> {
  const { family, dim, heads, kvHeads } = shapeOf(values);
  const { rotates_positions = false, shares_kv_heads = false } = familyTraits(values);
  const size = sizeOf(values);
  const problems: Record<string, string> = {};
  if (size.family != null && size.family !== family) {
    problems["model_size"] = `is a size of ${size.family}, not of ${family}`;
  }
  if (dim % heads !== 0) {
    problems["dim"] = `must be a multiple of heads (${dim} is not one of ${heads})`;
  } else if (rotates_positions && (dim / heads) % 2 !== 0) {
    problems["dim"] = `must be an even multiple of heads (${heads})`;
  }
  if (!shares_kv_heads && kvHeads !== heads) {
    problems["kv_heads"] = `must equal heads (${heads})`;
  } else if (heads % kvHeads !== 0) {
    problems["kv_heads"] = `must divide heads (${heads} is not a multiple of ${kvHeads})`;
  }
  return problems;
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
