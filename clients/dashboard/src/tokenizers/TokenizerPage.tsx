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

/** One tokenizer: its statistics, its origin, and a text to try. */
export function TokenizerPage({ tokenizerId }: { readonly tokenizerId: string }) {
  const { data: tokenizer, error } = useTokenizer(tokenizerId);
  if (tokenizer === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
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
        {status === "completed" ? (
          <TryTokenizer tokenizer={tokenizer} />
        ) : (
          <div className="notice muted">
            {status === "failed" ? "Training failed, so there is nothing to try." : "Available when training has completed."}
          </div>
        )}
      </Panel>
    </div>
  );
}

const percent = (share: number | string | undefined): string =>
  typeof share === "number" ? `${figure(Math.round(share * 10_000) / 100)} %` : "–";

function statisticsOf({ statistics, vocab_size }: Schemas["TokenizerManifest"]): readonly Fact[] {
  if (statistics == null) {
    return [];
  }
  return [
    ["vocabulary", figure(vocab_size), "number of tokens"],
    ["coverage", percent(statistics.coverage), "share of words that are a single token"],
    ["out of vocabulary", percent(statistics.oov_rate), "share of words made of several tokens"],
    ["character coverage", percent(statistics.character_coverage), "share of characters with their own token"],
    ["tokens per word", figure(statistics.tokens_per_word), "the fewer, the more text a model sees at once"],
    ["tokens per character", figure(statistics.tokens_per_character), "average over the measured text"],
    ["tokens", figure(statistics.token_count), "in the measured text"],
    [
      "measured on",
      `${figure(statistics.lines)} lines, ${bytes(statistics.bytes)}, ` +
        (statistics.held_out ? "held out from training" : "of the training lines"),
      "the text behind these figures",
    ],
  ];
}

function leftOutOf(corpus: Schemas["TokenizerManifest"]["corpus"]): readonly Fact[] {
  const leftOut = leftOutText(corpus ?? {});
  return leftOut === undefined ? [] : [["left out", leftOut, "files that were not read"]];
}

function originOf({ config, corpus, durations, tokenizer_id }: Schemas["TokenizerManifest"]): readonly Fact[] {
  return [
    ["id", tokenizer_id, "the id for runs"],
    [
      "method",
      [config.method, config.lowercase ? "lower-case" : "", config.normalization === "none" ? "" : config.normalization]
        .filter(Boolean)
        .join(", "),
      "training method",
    ],
    ["words", config.pattern ?? "gpt2", "how text is split before tokens merge"],
    ["corpus", config.corpus_path ?? "", "training text"],
    ...(corpus == null
      ? []
      : [
          [
            "read",
            `${figure(corpus.files)} files, ${bytes(corpus.bytes)}, ${figure(corpus.distinct_words)} words`,
            "amount of text read",
          ] as const,
        ]),
    ...leftOutOf(corpus),
    ...(durations == null || typeof durations.total_seconds !== "number"
      ? []
      : [
          [
            "took",
            durations.total_seconds < 10 ? `${figure(durations.total_seconds)} s` : duration(durations.total_seconds),
            "training time",
          ] as const,
        ]),
    ["special tokens", config.special_tokens?.join(" ") ?? "", "never split or merged"],
  ];
}
