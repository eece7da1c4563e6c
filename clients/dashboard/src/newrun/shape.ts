import { limits } from "../api/limits";
import type { Values } from "../forms/fields";

const { model_family, model_size } = limits.TrainingConfig;

type FamilyName = keyof typeof model_family.presets;

export interface Shape {
  readonly family: FamilyName;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values. */
  readonly kvHeads: number;
  readonly dim: number;
  /** Context length in tokens. */
  readonly context: number;
}

interface Size {
  readonly layers: number;
  readonly heads: number;
  readonly dim: number;
  readonly max_seq_len: number;
  /** The only family that has this size. */
  readonly family?: string;
}

const sizes = new Map<string, Size>(Object.entries(model_size.presets));

export const familyTitles: Readonly<Record<FamilyName, string>> = {
  gpt2: "GPT-2",
  llama: "Llama",
  qwen: "Qwen",
  digits: "Digits (images)",
};

interface Traits {
  readonly is_language_model: boolean;
  readonly rotates_positions: boolean;
  readonly shares_kv_heads: boolean;
  readonly learns_positions: boolean;
  readonly feed_forward_matrices: number;
  readonly feed_forward_ratio: number;
  readonly feed_forward_multiple: number;
  readonly block_vectors: number;
  readonly head_vectors: number;
  readonly final_vectors: number;
  readonly max_layers?: number;
  /** What its sizes are, if they are its own. */
  readonly sizes?: Readonly<Record<string, Size>>;
}

const isFamily = (name: string): name is FamilyName => name in model_family.presets;

/** The size that a config names, without its explicit values. */
export function sizeOf(values: Values): Size {
  const name = values["model_size"] ?? "";
  const own = traitsOf(familyOf(values)).sizes;
  return own?.[name] ?? own?.[model_size.default] ?? sizes.get(name) ?? model_size.presets[model_size.default];
}

export const familyOf = (values: Values): FamilyName => {
  const name = values["model_family"] ?? "";
  return isFamily(name) ? name : model_family.default;
};

/** What configs of a family may have, and how many parameters its models have. */
export const traitsOf = (family: FamilyName): Traits => model_family.presets[family];

/** Whether a config is of a family that reads text through a tokenizer. */
export const readsText = (values: Values): boolean => traitsOf(familyOf(values)).is_language_model;

/** The shape of a config: the preset size, overridden by explicit values. */
export function shapeOf(values: Values): Shape {
  const size = sizeOf(values);
  const of = (name: string, otherwise: number): number => {
    const value = Number(values[name] ?? "");
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  const heads = of("heads", size.heads);
  return {
    family: familyOf(values),
    layers: of("layers", size.layers),
    heads,
    kvHeads: of("kv_heads", heads),
    dim: of("dim", size.dim),
    context: of("max_seq_len", size.max_seq_len),
  };
}

/** The parameter count of a model whose output layer is its embedding. */
export function parametersOf(shape: Shape, vocabulary: number): number {
  const { dim, heads, layers, context } = shape;
  const traits = traitsOf(shape.family);
  const block = matricesOf(shape) + traits.block_vectors * dim + (traits.head_vectors * dim) / heads;
  return (vocabulary + (traits.learns_positions ? context : 0) + traits.final_vectors) * dim + layers * block;
}

/**
 * Floating-point operations to train on one token: two per weight forward, twice as many backward (Kaplan et al., 2020, section 2.1),
 * including the output layer and attention over half the context.
 */
export function operationsPerToken(shape: Shape, vocabulary: number): number {
  const { layers, dim, context } = shape;
  return 6 * (layers * matricesOf(shape) + vocabulary * dim + layers * dim * context);
}

/** Weights in the matrices of a block: attention, then the feed-forward layers. */
function matricesOf({ family, dim, heads, kvHeads }: Shape): number {
  const { feed_forward_matrices, feed_forward_ratio, feed_forward_multiple } = traitsOf(family);
  const width = Math.ceil((feed_forward_ratio * dim) / feed_forward_multiple) * feed_forward_multiple;
  return (2 + (2 * kvHeads) / heads) * dim * dim + feed_forward_matrices * dim * width;
}
