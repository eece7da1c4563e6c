import { useMemo } from "react";
import { Link, useSearchParams } from "wouter";
import type { Schemas } from "../api/client";
import { figure } from "../format/numbers";
import { Time } from "../format/Time";
import { Name } from "../shell/Name";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { TrainersPanel } from "../sweeps/TrainersPanel";
import type { Column } from "../tables/columns";
import { DataTable } from "../tables/DataTable";
import { FolderTree } from "./FolderTree";
import { NewExperiment } from "./NewExperiment";
import { useExperiments } from "./queries";
import { RestoreButton } from "./RestoreButton";

type Experiment = Schemas["ExperimentView"];

/** The list of experiments, by folder. */
export function ExperimentsPage() {
  const [search, setSearch] = useSearchParams();
  const folder = search.get("folder") ?? "";
  const deleted = search.get("deleted") === "1";
  const { data: pages, error, hasNextPage, fetchNextPage } = useExperiments(folder, deleted);
  const experiments = useMemo(() => pages?.pages.flatMap(({ items }) => items), [pages]);
  return (
    <div className="columns">
      <div className="aside">
        <Panel title="Folders">
          <FolderTree chosen={folder} onChoose={(path) => setSearch(path === "" ? {} : { folder: path })} />
        </Panel>
        <Panel title="New experiment">
          <NewExperiment key={folder} folder={folder} />
        </Panel>
        <Panel title="External trainers">
          <TrainersPanel />
        </Panel>
      </div>
      <Panel
        title={deleted ? "Deleted experiments" : folder === "" ? "Experiments" : `Experiments in ${folder}`}
        beside={experiments?.length ?? ""}
      >
        <div className="actions">
          <button type="button" aria-pressed={deleted} onClick={() => setSearch(deleted ? {} : { deleted: "1" })}>
            deleted
          </button>
        </div>
        {error !== null && <Fault error={error} />}
        {experiments === undefined && error === null && <Waiting />}
        {experiments?.length === 0 && (
          <div className="notice">
            {deleted
              ? "No deleted experiments. A deleted experiment can be restored here for a week."
              : "No experiments here yet. Create one on the left to group and compare runs and sweeps."}
          </div>
        )}
        {experiments !== undefined && experiments.length > 0 && (
          <DataTable name="Experiments" columns={columns} data={experiments} keyOf={idOf} />
        )}
        {hasNextPage && (
          <button type="button" onClick={() => void fetchNextPage()}>
            more experiments
          </button>
        )}
      </Panel>
    </div>
  );
}

const idOf = ({ experiment_id }: Experiment): string => experiment_id;

const statesOf = ({ runs }: Experiment) => Object.entries(runs).filter(([, count]) => count > 0);

const columns: readonly Column<Experiment>[] = [
  {
    header: "Name",
    cell: ({
      row: {
        original: { experiment_id: id, name, description, deleted_at: gone },
      },
    }) => (
      <span title={description ?? undefined}>
        {gone == null ? (
          <Link href={`/experiments/${encodeURIComponent(id)}`}>
            <Name>{name}</Name>
          </Link>
        ) : (
          <>
            <Name>{name}</Name> <RestoreButton experimentId={id} name={name} />
          </>
        )}
      </span>
    ),
  },
  { header: "Folder", meta: { muted: true }, cell: ({ row }) => <Name>{row.original.folder}</Name> },
  {
    header: "Runs",
    meta: { number: true },
    cell: ({ row }) => figure(statesOf(row.original).reduce((sum, [, count]) => sum + count, 0)),
  },
  {
    header: "Run states",
    meta: { muted: true },
    cell: ({ row }) =>
      statesOf(row.original)
        .map(([status, count]) => `${count} ${status}`)
        .join(", ") || "–",
  },
  { header: "Created", meta: { muted: true }, cell: ({ row }) => <Time at={row.original.created_at} /> },
];
