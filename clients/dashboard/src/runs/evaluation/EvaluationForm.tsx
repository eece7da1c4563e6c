import { useQueryClient } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import { queriesOf } from "../../api/queries";
import { Fault } from "../../shell/Notice";
import { useAttempt } from "../../shell/useAttempt";
import { unusable } from "../checkpointFiles";
import { useCheckpoints } from "../queries";

/** Starts an evaluation of one of the run's checkpoints on a text. */
export function EvaluationForm({ runId }: { readonly runId: string }) {
  const client = useQueryClient();
  const { data: checkpoints } = useCheckpoints(runId);
  const { busy, error, attempt } = useAttempt();
  const evaluate = async (form: FormData): Promise<void> => {
    const of = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    };
    const [checkpoint, tokens, baseline] = [of("checkpoint_id"), of("max_tokens"), of("baseline_run_id").trim()];
    const prompts = of("prompts")
      .split("\n")
      .filter((prompt) => prompt !== "");
    await data(
      api.POST("/api/runs/{runId}/evaluate", {
        params: { path: { runId } },
        body: {
          on: of("on"),
          samples: Number(of("samples")),
          ...(checkpoint === "" ? {} : { checkpoint_id: checkpoint }),
          ...(tokens === "" ? {} : { max_tokens: Number(tokens) }),
          ...(baseline === "" ? {} : { baseline_run_id: baseline }),
          ...(prompts.length === 0 ? {} : { prompts }),
        },
      }),
    );
    await client.invalidateQueries(queriesOf("/api/runs/{runId}/eval", { runId }));
  };
  return (
    <form
      className="actions"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        attempt(() => evaluate(form));
      }}
    >
      <label>
        on <input name="on" required defaultValue="validation" title="validation, or a text file or folder below the corpus root" />
      </label>
      <label>
        checkpoint{" "}
        <select name="checkpoint_id">
          <option value="">★ best</option>
          {checkpoints?.items.map((checkpoint) => (
            <option key={checkpoint.checkpoint_id} value={checkpoint.checkpoint_id} disabled={unusable(checkpoint) !== undefined}>
              step {checkpoint.step ?? "?"}
              {unusable(checkpoint) !== undefined && `, ${unusable(checkpoint) ?? ""}`}
            </option>
          ))}
        </select>
      </label>
      <label>
        max tokens <input name="max_tokens" type="number" min={1} placeholder="all" />
      </label>
      <label>
        samples <input name="samples" type="number" min={0} max={64} required defaultValue={3} />
      </label>
      <label>
        prompts <textarea name="prompts" rows={2} placeholder="one a line; none begins a new text" />
      </label>
      <label>
        baseline run <input name="baseline_run_id" maxLength={128} placeholder="none" />
      </label>
      <button type="submit" disabled={busy}>
        evaluate
      </button>
      {error !== null && <Fault error={error} />}
    </form>
  );
}
