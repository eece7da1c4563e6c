import { limits } from "../api/limits";
import type { Values } from "../forms/fields";
import { defaultFamily, type Size, type Traits, traitsOf } from "./families";

const { model_size } = limits.TrainingConfig;

export interface Shape {
  readonly family: string;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values. */
  readonly kvHeads: number;
  readonly dim: number;
  /** Context length in tokens. */
  readonly context: number;
}

const sizes = new Map<string, Size>(Object.entries(model_size.presets));

/** The size that a config names, without its explicit values. */
export function sizeOf(values: Values): Size {
  const name = values["model_size"] ?? "";
  const own = familyTraits(values).sizes;
  return own?.[name] ?? own?.[model_size.default] ?? sizes.get(name) ?? model_size.presets[model_size.default];
}

export const familyOf = (values: Values): string => {
  const name = values["model_family"] ?? "";
  return name === "" ? defaultFamily : name;
};

/** The traits of a config's family; those of a language model without further rules if it is unknown. */
export const familyTraits = (values: Values): Traits => traitsOf(familyOf(values)) ?? {};

/** Whether a config is of a family that reads text through a tokenizer. */
export const readsText = (values: Values): boolean => familyTraits(values).is_language_model ?? true;

/** Whether the parameters of a config's model can be counted without the model. */
export const isCounted = (values: Values): boolean => (familyTraits(values).feed_forward_matrices ?? 0) > 0;

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
  const { block_vectors = 0, head_vectors = 0, final_vectors = 0, learns_positions = false } = traitsOf(shape.family) ?? {};
  const block = matricesOf(shape) + block_vectors * dim + (head_vectors * dim) / heads;
  return (vocabulary + (learns_positions ? context : 0) + final_vectors) * dim + layers * block;
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
  const { feed_forward_matrices = 0, feed_forward_ratio = 0, feed_forward_multiple = 1 } = traitsOf(family) ?? {};
  const width = Math.ceil((Number(feed_forward_ratio) * dim) / feed_forward_multiple) * feed_forward_multiple;
  return (2 + (2 * kvHeads) / heads) * dim * dim + feed_forward_matrices * dim * width;
}
