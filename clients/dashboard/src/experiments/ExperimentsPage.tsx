import { Link, useSearchParams } from "wouter";
import type { Schemas } from "../api/client";
import { clock, figure } from "../format/numbers";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { WideTable } from "../shell/WideTable";
import { TrainersPanel } from "../sweeps/TrainersPanel";
import { FolderTree } from "./FolderTree";
import { NewExperiment } from "./NewExperiment";
import { useExperiments } from "./queries";
import { RestoreButton } from "./RestoreButton";
import "./experiments.css";

/** The list of experiments, by folder. */
export function ExperimentsPage() {
  const [search, setSearch] = useSearchParams();
  const folder = search.get("folder") ?? "";
  const deleted = search.get("deleted") === "1";
  const { data: pages, error, hasNextPage, fetchNextPage } = useExperiments(folder, deleted);
  const experiments = pages?.pages.flatMap(({ items }) => items);
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
          <WideTable name="Experiments">
            <thead>
              <tr>
                <th>Name</th>
                <th>Folder</th>
                <th className="number">Runs</th>
                <th>Run states</th>
                <th>Created</th>
              </tr>
            </thead>
            <tbody>
              {experiments.map((experiment) => (
                <ExperimentRow key={experiment.experiment_id} experiment={experiment} />
              ))}
            </tbody>
          </WideTable>
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

function ExperimentRow({ experiment }: { readonly experiment: Schemas["ExperimentView"] }) {
  const { experiment_id: experimentId, name, description, folder, runs, created_at: made, deleted_at: gone } = experiment;
  const states = Object.entries(runs).filter(([, count]) => count > 0);
  return (
    <tr>
      <td title={description ?? undefined}>
        {gone == null ? (
          <Link href={`/experiments/${encodeURIComponent(experimentId)}`}>{name}</Link>
        ) : (
          <>
            {name} <RestoreButton experimentId={experimentId} name={name} />
          </>
        )}
      </td>
      <td className="muted">{folder}</td>
      <td className="number">{figure(states.reduce((sum, [, count]) => sum + count, 0))}</td>
      <td className="muted">{states.map(([status, count]) => `${count} ${status}`).join(", ") || "–"}</td>
      <td className="muted">{clock(made)}</td>
    </tr>
  );
}
