import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { queries, queriesOf } from "../api/queries";
import { Facts } from "../shell/Facts";
import { Fault } from "../shell/Notice";
import { useFreshness } from "./queries";
import { RunName } from "./RunName";

interface RunReproductionProps {
  readonly runId: string;
  readonly original: string;
}

const said = (same: boolean | null | undefined): string => (same == null ? "not compared yet" : same ? "identical" : "different");

const shown = (value: string | null | undefined): string => value ?? "–";

/** How a run compares with the one that it repeats. */
export function RunReproduction({ runId, original }: RunReproductionProps) {
  const { data: found, error } = useQuery(queries.queryOptions("get", "/api/runs/{runId}/reproduction", { params: { path: { runId } } }));
  useFreshness(queriesOf("/api/runs/{runId}/reproduction", { runId }), runId, ["log"]);
  const first = found?.first_difference;
  return (
    <div className="notice">
      Reproduces{" "}
      <Link href={`/runs/${encodeURIComponent(original)}`}>
        <RunName runId={original} />
      </Link>
      {error !== null && <Fault error={error} />}
      {found !== undefined && (
        <>
          <div className={found.weights_are_identical === false ? "error" : "muted"}>{found.message}</div>
          <Facts
            facts={[
              ["curve", said(found.curve_is_identical)],
              ["weights", said(found.weights_are_identical)],
              ...(first == null ? [] : [["first difference", `${first.series} at step ${first.step}`] as const]),
              ...found.differences.map(({ what, value, original: before }) => [what, `${shown(value)} (was ${shown(before)})`] as const),
            ]}
          />
        </>
      )}
    </div>
  );
}
