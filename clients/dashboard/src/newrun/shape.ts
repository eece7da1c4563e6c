import { limits } from "../api/limits";
import type { Values } from "../forms/fields";

export interface Shape {
  readonly layers: number;
  readonly heads: number;
  readonly dim: number;
  /** Context length in tokens. */
  readonly context: number;
}

const { presets, default: defaultSize } = limits.TrainingConfig.model_size;
const sizes = new Map<string, Shape>(
  Object.entries(presets).map(([name, { layers, heads, dim, max_seq_len: context }]) => [name, { layers, heads, dim, context }]),
);

/** The shape of a config: the preset size, overridden by explicit values. */
export function shapeOf(values: Values): Shape {
  const { layers, heads, dim, max_seq_len } = presets[defaultSize];
  const size = sizes.get(values["model_size"] ?? "") ?? { layers, heads, dim, context: max_seq_len };
  const of = (name: string, otherwise: number): number => {
    const value = Number(values[name] ?? "");
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return {
    layers: of("layers", size.layers),
    heads: of("heads", size.heads),
    dim: of("dim", size.dim),
    context: of("max_seq_len", size.context),
  };
}

/** The parameter count of GPT-2 with tied input and output embeddings (Radford et al., 2019). */
export function parametersOf({ layers, dim, context }: Shape, vocabulary: number): number {
  const block = 12 * dim * dim + 13 * dim;
  return (vocabulary + context) * dim + layers * block + 2 * dim;
}

/**
 * Floating-point operations to train on one token: two per weight forward, twice as many backward (Kaplan et al., 2020, section 2.1),
 * including the output layer and attention over half the context.
 */
export function operationsPerToken({ layers, dim, context }: Shape, vocabulary: number): number {
  return 6 * (layers * 12 * dim * dim + vocabulary * dim + layers * dim * context);
}
