import { limits } from "../api/limits";
import type { Values } from "../forms/fields";

export interface Shape {
  readonly layers: number;
  readonly heads: number;
  readonly dim: number;
  /** Tokens it sees at once. */
  readonly context: number;
}

const { presets, default: usual } = limits.TrainingConfig.model_size;
const sizes = new Map(Object.entries(presets).map(([name, { layers, heads, dim, max_seq_len: context }]) => [name, { layers, heads, dim, context }]));

/** The shape a config asks for: its size's, with what it names itself in place. */
export function shapeOf(values: Values): Shape {
  const { layers, heads, dim, max_seq_len } = presets[usual];
  const size = sizes.get(values["model_size"] ?? "") ?? { layers, heads, dim, context: max_seq_len };
  const of = (name: string, otherwise: number): number => {
    const value = Number(values[name] ?? "");
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return { layers: of("layers", size.layers), heads: of("heads", size.heads), dim: of("dim", size.dim), context: of("max_seq_len", size.context) };
}

/** Weights of GPT-2 of a shape, its output sharing those of its input (Radford et al., 2019). */
export function parametersOf({ layers, dim, context }: Shape, vocabulary: number): number {
  const block = 12 * dim * dim + 13 * dim;
  return (vocabulary + context) * dim + layers * block + 2 * dim;
}

/**
 * Floating-point operations to train on one token: two for each weight it meets on the way forward, twice as many back (Kaplan et al., 2020,
 * section 2.1), the output's weights and attention over half the context included.
 */
export function operationsPerToken({ layers, dim, context }: Shape, vocabulary: number): number {
  return 6 * (layers * 12 * dim * dim + vocabulary * dim + layers * dim * context);
}
