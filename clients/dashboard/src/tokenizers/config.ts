import { limits } from "../api/limits";
import type { Field, Values } from "../forms/fields";
import { type Look, requestField } from "../forms/requestField";

const field = (name: keyof (typeof limits)["TokenizerConfig"], title: string, look: Omit<Look, "title"> = {}): Field =>
  requestField("TokenizerConfig", name, { title, ...look });

/** The config of a tokenizer. Empty fields take the server's defaults. */
export const tokenizerFields: readonly Field[] = [
  field("corpus_path", "Corpus", { required: true, hint: "a text file or folder below the corpus root" }),
  field("name", "Name"),
  field("replace_invalid_bytes", "Replace invalid bytes", { rare: true }),
  field("vocab_size", "Vocabulary", { hint: "special tokens, 256 bytes and merges" }),
  field("min_frequency", "Min frequency", { rare: true, hint: "rarer pairs are not merged" }),
  field("special_tokens", "Special tokens", { rare: true, hint: "one per line; default <|endoftext|>" }),
  field("pattern", "Words", {
    hint: "how text is split before tokens merge",
    titles: { gpt2: "GPT-2", cl100k: "GPT-4 (cl100k)", o200k: "GPT-4o (o200k)", llama3: "Llama 3", qwen2: "Qwen 2 and 3" },
  }),
  field("normalization", "Normalization", { rare: true, titles: { nfc: "NFC", nfkc: "NFKC" } }),
  field("sequence", "Split words in", { rare: true, titles: { document: "whole documents", line: "single lines" } }),
  field("lowercase", "Lower-case", { rare: true }),
  field("holdout_fraction", "Held out", { rare: true, hint: "share of the lines kept for statistics" }),
  field("sample_max_lines", "Max lines", { rare: true, hint: "spread over the corpus", placeholder: "all" }),
  field("seed", "Seed", { rare: true }),
  field("threads", "Threads", { rare: true, placeholder: "all cores" }),
];

export const defaultValues: Values = { corpus_path: ".", vocab_size: `${limits.TokenizerConfig.vocab_size.default}` };
