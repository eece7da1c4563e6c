import type { Field, Values } from "../forms/fields";

/** The config of a tokenizer. Empty fields take the server's defaults. */
export const tokenizerFields: readonly Field[] = [
  { kind: "text", name: "corpus_path", title: "Corpus", required: true, max: 4096, hint: "a text file or folder below the corpus root" },
  { kind: "text", name: "name", title: "Name", max: 256 },
  { kind: "flag", name: "replace_invalid_bytes", title: "Replace invalid bytes", rare: true },
  { kind: "integer", name: "vocab_size", title: "Vocabulary", min: 257, max: 10_000_000, hint: "special tokens, 256 bytes and merges" },
  {
    kind: "integer",
    name: "min_frequency",
    title: "Min frequency",
    min: 1,
    max: 1_000_000_000,
    rare: true,
    hint: "rarer pairs are not merged",
    placeholder: "2",
  },
  { kind: "lines", name: "special_tokens", title: "Special tokens", rare: true, hint: "one per line; default <|endoftext|>" },
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
    title: "Split words in",
    rare: true,
    choices: [
      { value: "", title: "whole documents" },
      { value: "line", title: "single lines" },
    ],
  },
  { kind: "flag", name: "lowercase", title: "Lower-case", rare: true },
  {
    kind: "number",
    name: "holdout_fraction",
    title: "Held out",
    min: 0,
    max: 0.5,
    rare: true,
    hint: "share of the lines kept for statistics",
    placeholder: "0.05",
  },
  {
    kind: "integer",
    name: "sample_max_lines",
    title: "Max lines",
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    rare: true,
    hint: "spread over the corpus",
    placeholder: "all",
  },
  { kind: "integer", name: "seed", title: "Seed", min: 0, max: Number.MAX_SAFE_INTEGER, rare: true },
  { kind: "integer", name: "threads", title: "Threads", min: 1, max: 1024, rare: true, placeholder: "all cores" },
];

export const defaultValues: Values = { corpus_path: ".", vocab_size: "8192" };
