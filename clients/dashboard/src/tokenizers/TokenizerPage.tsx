import type { Schemas } from "../api/client";
import { Download } from "../api/Download";
import { bytes, duration, figure } from "../format/numbers";
import { type Fact, Facts } from "../shell/Facts";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { leftOutText } from "../text/leftOut";
import { useTokenizer } from "./queries";
import { TokenizerBadge } from "./TokenizerBadge";
import { TryTokenizer } from "./TryTokenizer";
import "./tokenizers.css";

/** One tokenizer: how good it is, what it was made of, and what it makes of a text. */
export function TokenizerPage({ tokenizerId }: { readonly tokenizerId: string }) {
  const { data: tokenizer, error } = useTokenizer(tokenizerId);
  if (tokenizer === undefined) return error === null ? <Waiting /> : <Fault error={error} />;
  const { status, message, failure } = tokenizer;
  return (
    <div className="columns">
      <Panel title={tokenizer.name ?? tokenizerId} beside={<TokenizerBadge tokenizer={tokenizer} />}>
        <p className="notice">{message}</p>
        {failure && (
          <div className="notice error" role="alert">
            ✗ {failure.last_error}
            <div className="muted">{failure.code}</div>
          </div>
        )}
        <Facts facts={statisticsOf(tokenizer)} />
        <Facts facts={originOf(tokenizer)} />
        <div className="actions">
          {tokenizer.artifacts?.map(({ path }) => (
            <Download key={path} href={`/api/artifacts/tokenizers/${encodeURIComponent(tokenizerId)}/${path}`} name={path}>
              ↓ {path}
            </Download>
          ))}
        </div>
      </Panel>
      <Panel title="Try it">
        {status === "completed" ? <TryTokenizer tokenizer={tokenizer} /> : <div className="notice muted">{status === "failed" ? "There is nothing to try: it was not made." : "As soon as it is made."}</div>}
      </Panel>
    </div>
  );
}

const percent = (share: number | string | undefined): string => (typeof share === "number" ? `${figure(Math.round(share * 10_000) / 100)} %` : "–");

function statisticsOf({ statistics, vocab_size }: Schemas["TokenizerManifest"]): readonly Fact[] {
  if (statistics == null) return [];
  return [
    ["vocabulary", figure(vocab_size), "tokens it knows"],
    ["coverage", percent(statistics.coverage), "words it has a token of their own for"],
    ["out of vocabulary", percent(statistics.oov_rate), "words it has to put together"],
    ["character coverage", percent(statistics.character_coverage), "characters it has a token for"],
    ["tokens per word", figure(statistics.tokens_per_word), "the fewer, the more text a model sees at once"],
    ["tokens per character", figure(statistics.tokens_per_character), "likewise"],
    ["tokens", figure(statistics.token_count), "of the text these figures are of"],
    ["measured on", `${figure(statistics.lines)} lines, ${bytes(statistics.bytes)}${statistics.held_out ? ", held out from training" : ", of the training lines"}`, "what these figures are of"],
  ];
}

function leftOutOf(corpus: Schemas["TokenizerManifest"]["corpus"]): readonly Fact[] {
  const leftOut = leftOutText(corpus ?? {});
  return leftOut === undefined ? [] : [["left out", leftOut, "what of the corpus was not read"]];
}

function originOf({ config, corpus, durations, tokenizer_id }: Schemas["TokenizerManifest"]): readonly Fact[] {
  return [
    ["id", tokenizer_id, "what runs name it by"],
    ["method", `${config.method ?? ""}${config.lowercase ? ", lower-case" : ""}${config.normalization === "none" ? "" : `, ${config.normalization ?? ""}`}`, "how it was made"],
    ["corpus", config.corpus_path ?? "", "what it was made of"],
    ...(corpus == null ? [] : [["read", `${figure(corpus.files)} files, ${bytes(corpus.bytes)}, ${figure(corpus.distinct_words)} words`, "of the corpus"] as const]),
    ...leftOutOf(corpus),
    ...(durations == null || typeof durations.total_seconds !== "number" ? [] : [["took", durations.total_seconds < 10 ? `${figure(durations.total_seconds)} s` : duration(durations.total_seconds), "from the first byte on"] as const]),
    ["special tokens", config.special_tokens?.join(" ") ?? "", "they stand for themselves"],
  ];
}
