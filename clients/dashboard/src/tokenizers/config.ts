import { limits } from "../api/limits";
import type { Field, Values } from "../forms/fields";
import { requestField } from "../forms/requestField";

interface Look {
  readonly hint?: string;
  readonly rare?: boolean;
  readonly required?: boolean;
  readonly titles?: Readonly<Record<string, string>>;
}

const field = (name: keyof (typeof limits)["TokenizerConfig"], title: string, look: Look = {}): Field =>
  requestField("TokenizerConfig", name, { title, ...look });

/** What a tokenizer is trained by. What is left empty is the server's choice. */
export const tokenizerFields: readonly Field[] = [
  field("corpus_path", "Corpus", { required: true, hint: "a text file or a folder of them, below the corpus root" }),
  field("name", "Name"),
  field("replace_invalid_bytes", "Replace bad bytes", { rare: true }),
  field("vocab_size", "Vocabulary", { hint: "tokens wanted: specials, 256 bytes, and merges" }),
  field("min_frequency", "Min frequency", { rare: true, hint: "a rarer pair is not merged" }),
  field("special_tokens", "Special tokens", { rare: true, hint: "a line each; <|endoftext|> when empty" }),
  field("normalization", "Normalization", { rare: true, titles: { nfc: "NFC", nfkc: "NFKC" } }),
  field("sequence", "Words of", { rare: true, titles: { document: "whole documents", line: "single lines" } }),
  field("lowercase", "Lower-case", { rare: true }),
  field("holdout_fraction", "Held out", { rare: true, hint: "share of the lines kept for statistics" }),
  field("sample_max_lines", "Lines at most", { rare: true, hint: "spread over the corpus; all when empty" }),
  field("seed", "Seed", { rare: true }),
  field("threads", "Threads", { rare: true, hint: "all cores when empty" }),
];

export const usualValues: Values = { corpus_path: ".", vocab_size: `${limits.TokenizerConfig.vocab_size.default}` };
