import { limits } from "../api/limits";
import { queries } from "../api/queries";

export interface Size {
  readonly layers: number;
  readonly heads: number;
  readonly dim: number;
  readonly max_seq_len: number;
  /** The only family that has this size. */
  readonly family?: string | null;
}

/** What configs of a family may have, and how many parameters its models have. */
export interface Traits {
  readonly title?: string | null;
  readonly is_language_model?: boolean;
  readonly rotates_positions?: boolean;
  readonly shares_kv_heads?: boolean;
  readonly learns_positions?: boolean;
  readonly feed_forward_matrices?: number;
  /** A number, which the types of the API don't promise: JSON has names for numbers that are not finite. */
  readonly feed_forward_ratio?: number | string;
  readonly feed_forward_multiple?: number;
  readonly block_vectors?: number;
  readonly head_vectors?: number;
  readonly final_vectors?: number;
  readonly max_layers?: number | null;
  /** What its sizes are, if they are its own. */
  readonly sizes?: Readonly<Record<string, Size>> | null;
}

interface Family {
  readonly name: string;
  readonly traits: Traits;
}

export interface Choice {
  readonly value: string;
  readonly title: string;
}

const { model_family } = limits.TrainingConfig;

export const defaultFamily: string = model_family.default;

const builtIn: ReadonlyMap<string, Traits> = new Map<string, Traits>(Object.entries(model_family.presets));
let known = builtIn;

/** Takes over the families of the server, to which plugins may add. */
export function learnFamilies(families: readonly Family[]): readonly Choice[] {
  known = new Map([...builtIn, ...families.map(({ name, traits }) => [name, traits] as const)]);
  return familyChoices();
}

export const familyChoices = (): readonly Choice[] => [...known].map(([value, { title }]) => ({ value, title: title ?? value }));

/** The traits of a family; undefined if neither this page nor the server knows it. */
export const traitsOf = (family: string): Traits | undefined => known.get(family);

const choicesOf = ({ items }: { readonly items: readonly Family[] }): readonly Choice[] => learnFamilies(items);

/** The families that runs may have; those of this version until the server has answered. */
export function useFamilies(): readonly Choice[] {
  const { data } = queries.useQuery("get", "/api/model-families", {}, { staleTime: Infinity, select: choicesOf });
  return data ?? familyChoices();
}
