import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { api, type Schemas } from "../api/client";
import { queriesOf } from "../api/queries";
import { figure } from "../format/numbers";
import { Time } from "../format/Time";
import { Name } from "../shell/Name";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import type { Column } from "../tables/columns";
import { DataTable } from "../tables/DataTable";
import { useTokenizers } from "./queries";
import { TokenizerBadge } from "./TokenizerBadge";
import { TrainTokenizer } from "./TrainTokenizer";

type Tokenizer = Schemas["TokenizerManifest"];

export function TokenizersPage() {
  const { data: pages, error, hasNextPage, fetchNextPage } = useTokenizers();
  const tokenizers = useMemo(() => pages?.pages.flatMap(({ items }) => items), [pages]);
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
          <DataTable name="Tokenizers" columns={columns} data={tokenizers} keyOf={idOf} />
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

function DeleteButton({ tokenizer: { tokenizer_id: tokenizerId, name } }: { readonly tokenizer: Tokenizer }) {
  const client = useQueryClient();
  const { busy, error, attempt } = useAttempt();
  const title = name ?? tokenizerId;
  const remove = async (): Promise<void> => {
    if (!confirm(`Delete the tokenizer ${title} with its files? Runs keep their own copy.`)) {
      return;
    }
    const { data: left } = await api.DELETE("/api/tokenizers/{tokenizerId}", { params: { path: { tokenizerId } } });
    await client.invalidateQueries(queriesOf("/api/tokenizers"));
    toasts.show(`The tokenizer ${title} is deleted.${usedBy(left?.used_by ?? [])}`);
  };
  return (
    <>
      <button type="button" className="plain" disabled={busy} aria-label={`Delete ${title}`} onClick={() => attempt(remove)}>
        ✗
      </button>
      {error !== null && <Fault error={error} />}
    </>
  );
}

const idOf = ({ tokenizer_id }: Tokenizer): string => tokenizer_id;

const columns: readonly Column<Tokenizer>[] = [
  {
    header: "Name",
    cell: ({
      row: {
        original: { tokenizer_id: id, name },
      },
    }) => (
      <Link href={`/tokenizers/${encodeURIComponent(id)}`}>
        <Name>{name ?? id}</Name>
      </Link>
    ),
  },
  { header: "Status", cell: ({ row }) => <TokenizerBadge tokenizer={row.original} /> },
  {
    header: "Vocabulary",
    meta: { number: true },
    cell: ({ row: { original } }) => figure(original.vocab_size ?? original.config.vocab_size),
  },
  { header: "Tokens per word", meta: { number: true }, cell: ({ row }) => figure(row.original.statistics?.tokens_per_word) },
  { header: "Coverage", meta: { number: true }, cell: ({ row }) => figure(row.original.statistics?.coverage) },
  { header: "Corpus", meta: { muted: true }, cell: ({ row }) => <Name>{row.original.config.corpus_path ?? "."}</Name> },
  { header: "Created", meta: { muted: true }, cell: ({ row }) => <Time at={row.original.created_at} /> },
  {
    id: "delete",
    header: () => <span className="unseen">Delete</span>,
    cell: ({ row }) => <DeleteButton tokenizer={row.original} />,
  },
];
