import { useQuery } from "@tanstack/react-query";
import { queries } from "../api/queries";
import { figure } from "../format/numbers";
import { useFreshness } from "../runs/queries";
import { Fault, Waiting } from "../shell/Notice";

interface ImportanceProps {
  readonly experimentId: string;
  readonly metric: string;
}

const cells = 20;
// Expected omissions, not worth listing: parameters that never vary, and names of runs.
const expected = ["all runs have the same", "says what the run is called"];

/** The importance of each hyperparameter for a metric; the server computes it by functional analysis of variance. */
export function Importance({ experimentId, metric }: ImportanceProps) {
  const options = queries.queryOptions("get", "/api/experiments/{experimentId}/importance", {
    params: { path: { experimentId }, query: { metric } },
  });
  useFreshness({ queryKey: options.queryKey }, "*", ["status_change"]);
  const { data: answer, error } = useQuery(options);
  if (answer === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  const { parameters, runs } = answer;
  const leftOut = answer.left_out.filter(({ reason }) => !expected.some((part) => reason.includes(part)));
  return (
    <>
      {parameters.length === 0 && (
        <div className="notice muted">Not known yet: it needs a few finished runs with different parameters. Finished runs: {runs}.</div>
      )}
      {parameters.length > 0 && (
        <table aria-label={`Importance for ${metric}`}>
          <tbody>
            {parameters.map(({ name, importance }) => {
              const share = typeof importance === "number" ? importance : 0;
              const full = Math.round(share * cells);
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="number">{figure(Math.round(share * 1000) / 10)} %</td>
                  <td className="good" aria-hidden="true">
                    {"█".repeat(full)}
                    {"░".repeat(cells - full)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <p className="notice muted">
        {metric}, over {runs} runs.
        {leftOut.length > 0 && ` Left out: ${leftOut.map(({ name, reason }) => `${name} (${reason})`).join(", ")}.`}
      </p>
    </>
  );
}
