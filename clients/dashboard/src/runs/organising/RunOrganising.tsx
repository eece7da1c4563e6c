import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api, data, type Schemas } from "../../api/client";
import { queriesOf } from "../../api/queries";
import { useExperimentChoices } from "../../experiments/queries";
import { Fault } from "../../shell/Notice";
import { Panel } from "../../shell/Panel";
import { toasts } from "../../shell/toasts";
import { useAttempt } from "../../shell/useAttempt";
import { queriesOfRun } from "../queries";
import { runNameKey } from "../runNames";
import { doWithRuns } from "./acts";
import { tagText, tagsOf } from "./tags";
import styles from "./organising.module.css";

/** Edits a run's name, notes, tags and experiment; pins, locks or deletes it. */
export function RunOrganising({ run }: { readonly run: Schemas["RunDetail"] }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const { busy, error, attempt } = useAttempt();
  const { data: experiments } = useExperimentChoices();
  const runId = run.run_id;
  const save = async (form: FormData): Promise<void> => {
    const of = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const { tags, problem } = tagsOf(of("tags"));
    if (problem !== undefined) {
      throw new Error(problem);
    }
    await data(api.PUT("/api/runs/{runId}", { params: { path: { runId } }, body: { name: of("name"), notes: of("notes"), tags } }));
    const experiment = of("experiment_id") === "" ? null : of("experiment_id");
    if (experiment !== (run.experiment_id ?? null)) {
      await data(api.POST("/api/runs/{runId}/move", { params: { path: { runId } }, body: { experiment_id: experiment } }));
    }
    await Promise.all([
      client.invalidateQueries(queriesOfRun(runId)),
      client.invalidateQueries(queriesOf("/api/runs")),
      client.invalidateQueries({ queryKey: runNameKey() }),
    ]);
    toasts.show("Saved.");
  };
  const perform = (action: "pin" | "unpin" | "lock" | "unlock" | "delete"): void =>
    attempt(async () => {
      await doWithRuns(client, [runId], { action });
      if (action === "delete") {
        go("/");
      }
    });
  return (
    <Panel title="Notes & tags" beside={run.locked ? "locked: unlock to edit" : ""}>
      <form
        key={`${run.name} ${JSON.stringify(run.tags)} ${run.notes ?? ""} ${run.experiment_id ?? ""}`}
        className={styles["organising"]}
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          attempt(() => save(form));
        }}
      >
        <label>
          Name <input name="name" required maxLength={256} defaultValue={run.name} />
        </label>
        <label>
          Experiment
          <select name="experiment_id" defaultValue={run.experiment_id ?? ""} key={experiments?.items.length}>
            <option value="">none</option>
            {experiments?.items.map(({ experiment_id, name }) => (
              <option key={experiment_id} value={experiment_id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Tags, a line each: name, or name=value
          <textarea name="tags" rows={Math.max(3, Object.keys(run.tags).length + 1)} defaultValue={tagText(run.tags)} />
        </label>
        <label>
          Notes
          <textarea name="notes" rows={10} maxLength={65_536} defaultValue={run.notes ?? ""} />
        </label>
        {error !== null && <Fault error={error} />}
        <div className="actions">
          <button type="submit" disabled={busy || run.locked}>
            save
          </button>
          <button type="button" disabled={busy} aria-pressed={run.pinned} onClick={() => perform(run.pinned ? "unpin" : "pin")}>
            pinned
          </button>
          <button type="button" disabled={busy} aria-pressed={run.locked} onClick={() => perform(run.locked ? "unlock" : "lock")}>
            locked
          </button>
          <button type="button" disabled={busy || run.locked} onClick={() => perform("delete")}>
            delete
          </button>
        </div>
      </form>
    </Panel>
  );
}
