import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { orNothing } from "../../api/orNothing";
import { queries } from "../../api/queries";
import { figure } from "../../format/numbers";
import { Facts } from "../../shell/Facts";
import { Fault } from "../../shell/Notice";
import { useRuns } from "../queries";

/** Compares a run's last evaluation with that of a baseline run, by default the one that its evaluation names. */
export function BaselineComparison({ runId }: { readonly runId: string }) {
  const [baseline, choose] = useState("");
  const list = useId();
  const { data: runs } = useRuns();
  const { data: result, error } = useQuery(
    orNothing(
      queries.queryOptions("get", "/api/runs/{runId}/eval", {
        params: { path: { runId }, query: baseline === "" ? {} : { baseline } },
      }),
    ),
  );
  const found = result?.regression;
  return (
    <>
      <form
        className="actions"
        onSubmit={(event) => {
          event.preventDefault();
          const chosen = new FormData(event.currentTarget).get("baseline");
          choose(typeof chosen === "string" ? chosen.trim() : "");
        }}
      >
        <label>
          baseline run <input name="baseline" list={list} placeholder="of the evaluation" maxLength={128} />
        </label>
        <datalist id={list}>
          {runs?.items.map(({ run_id, name }) => (
            <option key={run_id} value={run_id}>
              {name}
            </option>
          ))}
        </datalist>
        <button type="submit">compare</button>
      </form>
      {error !== null && <Fault error={error} />}
      {found == null && error === null && <div className="notice muted">No baseline chosen.</div>}
      {found != null && (
        <>
          <div className={found.is_regression ? "notice error" : "notice"}>
            {found.is_regression && "Regression: "}
            {found.message}
          </div>
          <Facts
            facts={found.metrics.map(({ metric, value, baseline: before, is_worse: worse }) => [
              metric,
              <span key={metric} className={worse ? "error" : undefined}>
                {figure(value)} (baseline {figure(before)})
              </span>,
            ])}
          />
        </>
      )}
    </>
  );
}
