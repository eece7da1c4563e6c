import type { Field, Values } from "../forms/fields";

/** What a tokenizer is trained by. What is left empty is the server's choice. */
export const tokenizerFields: readonly Field[] = [
  { kind: "text", name: "corpus_path", title: "Corpus", required: true, most: 4096, hint: "a text file or a folder of them, below the corpus root" },
  { kind: "text", name: "name", title: "Name", most: 256 },
  { kind: "flag", name: "replace_invalid_bytes", title: "Replace bad bytes", rare: true },
  { kind: "integer", name: "vocab_size", title: "Vocabulary", least: 257, most: 10_000_000, hint: "tokens wanted: specials, 256 bytes, and merges" },
  { kind: "integer", name: "min_frequency", title: "Least frequency", least: 1, most: 1_000_000_000, rare: true, hint: "a rarer pair is not merged; 2 when empty" },
  { kind: "lines", name: "special_tokens", title: "Special tokens", rare: true, hint: "a line each; <|endoftext|> when empty" },
  {
    kind: "choice",
    name: "normalization",
    title: "Normalization",
    rare: true,
    choices: [
      { value: "", title: "none" },
      { value: "nfc", title: "NFC" },
      { value: "nfkc", title: "NFKC" },
    ],
  },
  {
    kind: "choice",
    name: "sequence",
    title: "Words of",
    rare: true,
    choices: [
      { value: "", title: "whole documents" },
      { value: "line", title: "single lines" },
    ],
  },
  { kind: "flag", name: "lowercase", title: "Lower-case", rare: true },
  { kind: "number", name: "holdout_fraction", title: "Held out", least: 0, most: 0.5, rare: true, hint: "share of the lines kept for statistics; 0.05 when empty" },
  { kind: "integer", name: "sample_max_lines", title: "Lines at most", least: 1, most: Number.MAX_SAFE_INTEGER, rare: true, hint: "spread over the corpus; all when empty" },
  { kind: "integer", name: "seed", title: "Seed", least: 0, most: Number.MAX_SAFE_INTEGER, rare: true },
  { kind: "integer", name: "threads", title: "Threads", least: 1, most: 1024, rare: true, hint: "all cores when empty" },
];

export const usualValues: Values = { corpus_path: ".", vocab_size: "8192" };
