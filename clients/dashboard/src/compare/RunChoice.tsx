import { keepPreviousData } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link } from "wouter";
import { api, data } from "../api/client";
import { queries } from "../api/queries";
import { Problem } from "../api/problem";
import { StatusBadge } from "../runs/StatusBadge";
import { Name } from "../shell/Name";
import { Fault } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { type CompareView, maxRuns } from "./compareView";
import type { ComparedRun } from "./useComparedRuns";
import styles from "./compare.module.css";

interface RunChoiceProps {
  readonly view: CompareView;
  readonly runs: readonly ComparedRun[];
  readonly onChange: (change: Partial<CompareView>) => void;
}

/** The compared runs, with controls to hide, remove and add runs. */
export function RunChoice({ view, runs, onChange }: RunChoiceProps) {
  const ids = runs.map(({ runId }) => runId);
  const toggle = (runId: string): void =>
    onChange({ hidden: view.hidden.includes(runId) ? view.hidden.filter((id) => id !== runId) : [...view.hidden, runId] });
  return (
    <div className={styles["choice"]}>
      <AddRun known={ids} onAdd={(runId) => onChange({ runIds: [...ids, runId], experimentId: "", filter: "" })} />
      <ul aria-label="Compared runs">
        {runs.map(({ runId, name, colour, group, detail }) => (
          <li key={runId}>
            <button
              type="button"
              className="plain"
              aria-pressed={!view.hidden.includes(runId)}
              aria-label={`Show ${name}`}
              onClick={() => toggle(runId)}
            >
              <span style={{ color: colour }}>{view.hidden.includes(runId) ? "□" : "■"}</span>
            </button>
            <Link href={`/runs/${encodeURIComponent(runId)}`}>
              <Name>{name}</Name>
            </Link>
            {group !== undefined && (
              <span className="muted">
                <Name>{group}</Name>
              </span>
            )}
            <StatusBadge status={detail.status} />
            <button
              type="button"
              className="plain"
              aria-label={`Remove ${name}`}
              onClick={() =>
                onChange({
                  runIds: ids.filter((id) => id !== runId),
                  experimentId: "",
                  filter: "",
                  hidden: view.hidden.filter((id) => id !== runId),
                })
              }
            >
              ✗
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const suggestions = 20;

const named = (name: string) => ({ params: { query: { limit: suggestions, ...(name === "" ? {} : { name }) } } });

function AddRun({ known, onAdd }: { readonly known: readonly string[]; readonly onAdd: (runId: string) => void }) {
  const list = useId();
  const [typed, setTyped] = useState("");
  const { busy, error, attempt } = useAttempt();
  const { data: page } = queries.useQuery("get", "/api/runs", named(typed), { placeholderData: keepPreviousData });
  const others = page?.items.filter(({ run_id }) => !known.includes(run_id)) ?? [];
  const full = known.length >= maxRuns;
  const add = async (): Promise<void> => {
    // An exact match in the list; else the newest run of that name, or with the text in its name.
    const inList = others.find((run) => labelOf(run) === typed || run.run_id === typed);
    const found = inList === undefined ? (await data(api.GET("/api/runs", named(typed)))).items : [];
    const addable = found.filter(({ run_id }) => !known.includes(run_id));
    const chosen = inList ?? addable.find(({ name }) => name === typed) ?? addable[0];
    if (chosen === undefined) {
      throw new Problem(`No other run is called ${typed}.`, "RUN_NOT_FOUND", "", 404);
    }
    onAdd(chosen.run_id);
    setTyped("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        attempt(add);
      }}
    >
      <input
        type="search"
        list={list}
        value={typed}
        disabled={full}
        aria-label="Add a run"
        placeholder={full ? `${maxRuns} runs at most` : "/  add a run by name"}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <datalist id={list}>
        {others.map((run) => (
          <option key={run.run_id} value={labelOf(run)} />
        ))}
      </datalist>{" "}
      <button type="submit" disabled={busy || full || typed === ""}>
        add
      </button>
      {error !== null && <Fault error={error} />}
    </form>
  );
}

const labelOf = ({ name, run_id: runId }: { readonly name: string; readonly run_id: string }): string =>
  name === runId ? name : `${name} · ${runId}`;
