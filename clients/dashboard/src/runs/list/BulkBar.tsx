import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { maxRuns } from "../../compare/compareView";
import { useExperimentChoices } from "../../experiments/queries";
import { Fault } from "../../shell/Notice";
import { useAttempt } from "../../shell/useAttempt";
import { type Bulk, doWithRuns, runsInWords } from "../organising/acts";
import { tagsOf } from "../organising/tags";
import styles from "./runList.module.css";

interface BulkBarProps {
  readonly runIds: readonly string[];
  readonly deleted: boolean;
  readonly onDone: () => void;
}

const verbs = ["pin", "unpin", "lock", "unlock", "cancel", "delete"] as const;

/** Actions on the selected runs. */
export function BulkBar({ runIds, deleted, onDone }: BulkBarProps) {
  const client = useQueryClient();
  const { busy, error, attempt } = useAttempt();
  const { data: experiments } = useExperimentChoices();
  const act = (bulk: Bulk & { readonly action: NonNullable<Bulk["action"]> }): void =>
    attempt(() => doWithRuns(client, runIds, bulk).then(onDone));
  const tag = (text: string): void => {
    const { tags, problem } = tagsOf(text.replaceAll(",", "\n"));
    attempt(() =>
      problem === undefined ? doWithRuns(client, runIds, { action: "tag", tags }).then(onDone) : Promise.reject(new Error(problem)),
    );
  };
  return (
    <div className={styles["bulk"]} role="group" aria-label="Selected runs">
      <strong role="status">{runsInWords(runIds.length)}</strong>
      {deleted ? (
        <button type="button" disabled={busy} onClick={() => act({ action: "restore" })}>
          restore
        </button>
      ) : (
        <>
          <Link href={`/compare?runs=${runIds.map(encodeURIComponent).join(",")}`}>
            Compare{runIds.length > maxRuns && ` the first ${maxRuns}`}
          </Link>
          {verbs.map((action) => (
            <button
              key={action}
              type="button"
              disabled={busy}
              onClick={() => (action !== "cancel" || confirm(`Cancel ${runsInWords(runIds.length)}?`)) && act({ action })}
            >
              {action}
            </button>
          ))}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const typed = new FormData(event.currentTarget).get("tags");
              tag(typeof typed === "string" ? typed : "");
            }}
          >
            <input name="tags" required aria-label="Add tags" placeholder="+ team=nlp, keep" size={16} />
          </form>
          <select
            aria-label="Move to experiment"
            value=""
            onChange={({ currentTarget }) =>
              act({ action: "move", ...(currentTarget.value === "/" ? {} : { experiment_id: currentTarget.value }) })
            }
          >
            <option value="" disabled>
              move to…
            </option>
            <option value="/">no experiment</option>
            {experiments?.items.map(({ experiment_id, name }) => (
              <option key={experiment_id} value={experiment_id}>
                {name}
              </option>
            ))}
          </select>
        </>
      )}
      <button type="button" onClick={onDone}>
        clear selection
      </button>
      {error !== null && <Fault error={error} />}
    </div>
  );
}
