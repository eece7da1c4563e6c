import { Link } from "wouter";
import { Fault, Waiting } from "../shell/Notice";
import { RunArtifacts } from "./artifacts/RunArtifacts";
import { RunCharts } from "./charts/RunCharts";
import { RunEvaluation } from "./evaluation/RunEvaluation";
import { LogView } from "./log/LogView";
import { RunMedia } from "./media/RunMedia";
import { RunOrganising } from "./organising/RunOrganising";
import { Playground } from "./playground/Playground";
import { useRun } from "./queries";
import { RunGrid } from "./RunGrid";
import { StatusBadge } from "./StatusBadge";
import styles from "../shell/viewPage.module.css";

const views = [
  { path: "", name: "Grid", View: RunGrid },
  { path: "charts", name: "Charts", View: RunCharts },
  { path: "media", name: "Media", View: RunMedia },
  { path: "log", name: "Log", View: LogView },
  { path: "artifacts", name: "Artifacts", View: RunArtifacts },
  { path: "evaluation", name: "Evaluation", View: RunEvaluation },
  { path: "playground", name: "Playground", View: Playground },
  { path: "notes", name: "Notes & tags", View: RunOrganising },
] as const;

interface RunPageProps {
  readonly runId: string;
  readonly view: string | undefined;
}

/** One run, in one of several views. */
export function RunPage({ runId, view = "" }: RunPageProps) {
  const { data: run, error } = useRun(runId);
  if (run === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  const shown = views.find(({ path }) => path === view) ?? views[0];
  return (
    <div className={styles["page"]}>
      <div className={styles["bar"]}>
        <h2 title={run.name}>
          <bdi>{run.name}</bdi>
        </h2>
        <StatusBadge status={run.status} />
        <nav aria-label="Views of the run">
          {views.map(({ path, name }) => (
            <Link key={path} href={addressOf(runId, path)} aria-current={path === shown.path ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        {run.mlflow_url != null && (
          <a href={run.mlflow_url} target="_blank" rel="noreferrer">
            MLflow
          </a>
        )}
        <Link className={styles["end"]} href={`/compare?runs=${encodeURIComponent(runId)}`}>
          Compare
        </Link>
      </div>
      <div className={styles["view"]}>
        <shown.View run={run} />
      </div>
    </div>
  );
}

const addressOf = (runId: string, view: string): string => `/runs/${encodeURIComponent(runId)}${view === "" ? "" : `/${view}`}`;
