import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { Fault, Waiting } from "../shell/Notice";
import { type CompareView, leftOutOf, maxRuns, readCompareView, views, withCompareView } from "./compareView";
import { CurvesView } from "./curves/CurvesView";
import { DifferencesView } from "./differences/DifferencesView";
import { GroupsView } from "./groups/GroupsView";
import { namesOf } from "./parameters";
import { ParallelView } from "./parallel/ParallelView";
import { RunChoice } from "./RunChoice";
import { ScatterView } from "./scatter/ScatterView";
import { useComparedRuns } from "./useComparedRuns";
import styles from "./compare.module.css";

const shownBy = { curves: CurvesView, differences: DifferencesView, groups: GroupsView, parallel: ParallelView, scatter: ScatterView };

/** Compares runs. The selection and the view are in the URL. */
export function ComparePage() {
  const [search, setSearch] = useSearchParams();
  const view = useMemo(() => readCompareView(search), [search]);
  const change = (wanted: Partial<CompareView>): void => setSearch((current) => withCompareView(current, wanted));
  const { runs, more, pending, errors } = useComparedRuns(view);
  const leftOut = leftOutOf(search);
  const { names, differing } = useMemo(() => namesOf(runs.map(({ parameters }) => parameters)), [runs]);
  const metrics = useMemo(
    () =>
      [...new Set(runs.flatMap(({ detail }) => Object.keys(detail.metrics)))].sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
    [runs],
  );
  const shown = useMemo(() => runs.filter(({ runId }) => !view.hidden.includes(runId)), [runs, view.hidden]);
  const View = shownBy[view.view];
  return (
    <div>
      <div className={styles["bar"]}>
        <nav aria-label="Views of the comparison">
          {views.map((name) => (
            <a
              key={name}
              href={`?${withCompareView(search, { view: name }).toString()}`}
              aria-current={name === view.view ? "page" : undefined}
              onClick={(event) => {
                event.preventDefault();
                change({ view: name });
              }}
            >
              {name}
            </a>
          ))}
        </nav>
        <label>
          group by{" "}
          <select value={view.by} onChange={({ currentTarget }) => change({ by: currentTarget.value })}>
            <option value="">nothing</option>
            {[...differing, ...names.filter((name) => !differing.includes(name))].map((name) => (
              <option key={name} value={name}>
                {name}
                {differing.includes(name) ? "" : " (all equal)"}
              </option>
            ))}
          </select>
        </label>
        {differing.includes("spectral_norm") && (
          <button
            type="button"
            aria-pressed={view.by === "spectral_norm" && view.view === "groups"}
            onClick={() => change({ by: "spectral_norm", view: "groups" })}
          >
            spectral norm on/off
          </button>
        )}
      </div>
      {(leftOut > 0 || more) && (
        <div className="notice warning" role="status">
          {leftOut > 0
            ? `The first ${maxRuns} of ${maxRuns + leftOut} selected runs are compared.`
            : `The newest ${maxRuns} runs are compared; there are more.`}
        </div>
      )}
      <RunChoice view={view} runs={runs} onChange={change} />
      {errors.slice(0, 3).map((error, place) => (
        <Fault key={place} error={error} />
      ))}
      {runs.length === 0 ? pending ? <Waiting /> : <Nothing /> : <View runs={shown} metrics={metrics} view={view} onChange={change} />}
    </div>
  );
}

const Nothing = () => (
  <div className="notice">
    No runs to compare yet. Add some by name above, or select them in the <a href="/">list of runs</a> and press Compare.
  </div>
);
