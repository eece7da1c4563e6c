import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, type Schemas } from "../api/client";
import { queriesOf } from "../api/queries";
import { clock, figure } from "../format/numbers";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import { WideTable } from "../shell/WideTable";
import { useTokenizers } from "./queries";
import { TokenizerBadge } from "./TokenizerBadge";
import { TrainTokenizer } from "./TrainTokenizer";
import "./tokenizers.css";

export function TokenizersPage() {
  const { data: pages, error, hasNextPage, fetchNextPage } = useTokenizers();
  const tokenizers = pages?.pages.flatMap(({ items }) => items);
  return (
    <div className="columns">
      <Panel title="Train a tokenizer">
        <TrainTokenizer />
      </Panel>
      <Panel title="Tokenizers" beside={tokenizers?.length ?? ""}>
        {error !== null && <Fault error={error} />}
        {tokenizers === undefined && error === null && <Waiting />}
        {tokenizers?.length === 0 && (
          <div className="notice">
            No tokenizers yet. Enter a text file or a folder and press train. A model needs a tokenizer; training one takes seconds.
          </div>
        )}
        {tokenizers !== undefined && tokenizers.length > 0 && (
          <WideTable name="Tokenizers">
            <thead>
              <tr>
                <th>Name</th>
                <th>Status</th>
                <th className="number">Vocabulary</th>
                <th className="number">Tokens per word</th>
                <th className="number">Coverage</th>
                <th>Corpus</th>
                <th>Created</th>
                <th>
                  <span className="unseen">Delete</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokenizers.map((tokenizer) => (
                <TokenizerRow key={tokenizer.tokenizer_id} tokenizer={tokenizer} />
              ))}
            </tbody>
          </WideTable>
        )}
        {hasNextPage && (
          <button type="button" onClick={() => void fetchNextPage()}>
            more tokenizers
          </button>
        )}
      </Panel>
    </div>
  );
}

const usedBy = (runs: readonly string[]): string => (runs.length === 0 ? "" : ` Runs that use it keep their copy: ${runs.join(", ")}.`);

function TokenizerRow({ tokenizer }: { readonly tokenizer: Schemas["TokenizerManifest"] }) {
  const client = useQueryClient();
  const { busy, error, attempt } = useAttempt();
  const { tokenizer_id: tokenizerId, statistics, config } = tokenizer;
  const name = tokenizer.name ?? tokenizerId;
  const remove = async (): Promise<void> => {
    if (!confirm(`Delete the tokenizer ${name} with its files? Runs keep their own copy.`)) {
      return;
    }
    const { data: left } = await api.DELETE("/api/tokenizers/{tokenizerId}", { params: { path: { tokenizerId } } });
    await client.invalidateQueries(queriesOf("/api/tokenizers"));
    toasts.show(`The tokenizer ${name} is deleted.${usedBy(left?.used_by ?? [])}`);
  };
  return (
    <tr>
      <td>
        <Link href={`/tokenizers/${encodeURIComponent(tokenizerId)}`}>{name}</Link>
        {error !== null && <Fault error={error} />}
      </td>
      <td>
        <TokenizerBadge tokenizer={tokenizer} />
      </td>
      <td className="number">{figure(tokenizer.vocab_size ?? config.vocab_size)}</td>
      <td className="number">{figure(statistics?.tokens_per_word)}</td>
      <td className="number">{figure(statistics?.coverage)}</td>
      <td className="muted">{config.corpus_path}</td>
      <td className="muted">{clock(tokenizer.created_at)}</td>
      <td>
        <button type="button" className="plain" disabled={busy} aria-label={`Delete ${name}`} onClick={() => attempt(remove)}>
          ✗
        </button>
      </td>
    </tr>
  );
}
