import { keepPreviousData } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { useSearchParams } from "wouter";
import type { Schemas } from "../api/client";
import { queries } from "../api/queries";
import { figure } from "../format/numbers";
import { Fault } from "../shell/Notice";
import { DecodeIds } from "./DecodeIds";
import { TokenText } from "./TokenText";
import { useTokenizers } from "./queries";
import styles from "./tokenizers.module.css";

const example = "The quick brown fox jumps over the lazy dog. Ein süßer Hund: 12,345.67 🦊\n\tdef tokens(text): return text.split()";
// Servers refuse URLs with longer texts.
const maxInAddress = 2000;

/** Encodes a text, and compares with another tokenizer. */
export function TryTokenizer({ tokenizer }: { readonly tokenizer: Schemas["TokenizerManifest"] }) {
  const [search, setSearch] = useSearchParams();
  const { data: pages } = useTokenizers();
  const text = search.get("text") ?? example;
  const others =
    pages?.pages
      .flatMap(({ items }) => items)
      .filter(({ status, tokenizer_id: id }) => status === "completed" && id !== tokenizer.tokenizer_id) ?? [];
  const other = others.find(({ tokenizer_id: id }) => id === search.get("with"));
  const set = (name: string, value: string): void =>
    setSearch(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === "" && name === "with") {
          next.delete(name);
        } else {
          next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  return (
    <div className={styles["try"]}>
      <label>
        Text
        <textarea rows={5} maxLength={maxInAddress} value={text} onChange={({ currentTarget }) => set("text", currentTarget.value)} />
      </label>
      <Encoded tokenizer={tokenizer} text={text} />
      <label>
        compare with{" "}
        <select value={other?.tokenizer_id ?? ""} onChange={({ currentTarget }) => set("with", currentTarget.value)}>
          <option value="">nothing</option>
          {others.map(({ tokenizer_id: id, name }) => (
            <option key={id} value={id}>
              {name ?? id}
            </option>
          ))}
        </select>
      </label>
      {other !== undefined && <Encoded tokenizer={other} text={text} />}
      <DecodeIds tokenizerId={tokenizer.tokenizer_id} />
    </div>
  );
}

function Encoded({ tokenizer, text }: { readonly tokenizer: Schemas["TokenizerManifest"]; readonly text: string }) {
  const { tokenizer_id: tokenizerId } = tokenizer;
  const wanted = useDeferredValue(text);
  const special = useMemo(() => new Set(tokenizer.config.special_tokens), [tokenizer.config.special_tokens]);
  const { data: encoded, error } = queries.useQuery(
    "post",
    "/api/tokenizers/{tokenizerId}/encode",
    { params: { path: { tokenizerId } }, body: { text: wanted } },
    { placeholderData: keepPreviousData, staleTime: Infinity, gcTime: 10_000 },
  );
  const characters = Array.from(wanted).length;
  return (
    <figure className={styles["encoded"]} aria-label={`Tokens of ${tokenizer.name ?? tokenizerId}`}>
      <figcaption>
        {tokenizer.name ?? tokenizerId}{" "}
        <strong role="status">{encoded === undefined ? "…" : `${figure(encoded.ids.length)} tokens`}</strong>{" "}
        {encoded !== undefined && encoded.ids.length > 0 && (
          <span className="muted">
            of {figure(characters)} characters, {figure(characters / encoded.ids.length)} each
          </span>
        )}
      </figcaption>
      {error !== null && <Fault error={error} />}
      {encoded !== undefined && <TokenText ids={encoded.ids} tokens={encoded.tokens} special={special} />}
    </figure>
  );
}
