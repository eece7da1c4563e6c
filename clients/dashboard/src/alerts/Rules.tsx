import { useQueryClient } from "@tanstack/react-query";
import { api, type Schemas } from "../api/client";
import { queriesBelow } from "../api/queries";
import { useExperimentChoices } from "../experiments/queries";
import { RunName } from "../runs/RunName";
import { Name } from "../shell/Name";
import { Fault, Waiting } from "../shell/Notice";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import { ruleInWords } from "./fields";
import { useRules } from "./queries";

export function Rules() {
  const client = useQueryClient();
  const { data: page, error: unread } = useRules();
  const { busy, error, attempt } = useAttempt();
  const remove = async (alertId: string, words: string): Promise<void> => {
    if (!confirm(`Delete the rule "${words}" with its firings?`)) {
      return;
    }
    await api.DELETE("/api/alerts/{alertId}", { params: { path: { alertId } } });
    await client.invalidateQueries(queriesBelow("/api/alerts"));
    toasts.show("The rule is deleted.");
  };
  if (page === undefined) {
    return unread === null ? <Waiting /> : <Fault error={unread} />;
  }
  if (page.items.length === 0) {
    return <div className="notice muted">No rules yet. A good first one: "a run failed".</div>;
  }
  return (
    <ul className="log" aria-label="Rules">
      {page.items.map((rule) => {
        const words = ruleInWords(rule);
        return (
          <li key={rule.alert_id}>
            {rule.name ?? words}{" "}
            <span className="muted">
              {rule.name != null && `${words}, `}
              <Scope rule={rule} />, fired {rule.fired} times
            </span>{" "}
            <button
              type="button"
              className="plain"
              disabled={busy}
              aria-label={`Delete the rule ${rule.name ?? words}`}
              onClick={() => attempt(() => remove(rule.alert_id, words))}
            >
              ✗
            </button>
          </li>
        );
      })}
      {error !== null && <Fault error={error} />}
    </ul>
  );
}

/** The runs that a rule covers. */
function Scope({ rule: { run_id: runId, experiment_id: experimentId } }: { readonly rule: Schemas["AlertView"] }) {
  const { data: experiments } = useExperimentChoices();
  if (runId != null) {
    return <RunName runId={runId} />;
  }
  if (experimentId != null) {
    return <Name>{experiments?.items.find((experiment) => experiment.experiment_id === experimentId)?.name ?? experimentId}</Name>;
  }
  return "all runs";
}
