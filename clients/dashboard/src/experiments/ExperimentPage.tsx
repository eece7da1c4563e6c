import { Link } from "wouter";
import { Fault, Waiting } from "../shell/Notice";
import { SweepView } from "../sweeps/SweepView";
import { ExperimentDetails } from "./ExperimentDetails";
import { ExperimentOverview } from "./ExperimentOverview";
import { useExperiment } from "./queries";
import styles from "../shell/viewPage.module.css";

const views = [
  { path: "", name: "Runs", View: ExperimentOverview },
  { path: "sweep", name: "Sweep", View: SweepView },
  { path: "details", name: "Details", View: ExperimentDetails },
] as const;

interface ExperimentPageProps {
  readonly experimentId: string;
  readonly view: string | undefined;
}

/** One experiment: its runs, its sweep and its details. */
export function ExperimentPage({ experimentId, view = "" }: ExperimentPageProps) {
  const { data: experiment, error } = useExperiment(experimentId);
  if (experiment === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  const shown = views.find(({ path }) => path === view) ?? views[0];
  const address = `/experiments/${encodeURIComponent(experimentId)}`;
  return (
    <div className={styles["page"]}>
      <div className={styles["bar"]}>
        <h2 title={experiment.name}>
          <bdi>{experiment.name}</bdi>
        </h2>
        {experiment.folder !== "" && <Link href={`/experiments?folder=${encodeURIComponent(experiment.folder)}`}>{experiment.folder}</Link>}
        <nav aria-label="Views of the experiment">
          {views.map(({ path, name }) => (
            <Link key={path} href={path === "" ? address : `${address}/${path}`} aria-current={path === shown.path ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <Link className={styles["end"]} href={`/compare?experiment=${encodeURIComponent(experimentId)}`}>
          Compare
        </Link>
      </div>
      <div className={styles["view"]}>
        <shown.View experiment={experiment} />
      </div>
    </div>
  );
}
