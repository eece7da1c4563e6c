import { useMemo, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { api, data, type Schemas } from "../api/client";
import { queries } from "../api/queries";
import { Problem } from "../api/problem";
import { useExperimentChoices } from "../experiments/queries";
import { Fields } from "../forms/Fields";
import { bodyOf, incomplete, unchangedProblems, type Values, valuesOf } from "../forms/fields";
import { Fault } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { useAttempt } from "../shell/useAttempt";
import { useTokenizers } from "../tokenizers/queries";
import { allFields, configProblems, fieldsOf, groupsOf, isGiven, presets } from "./config";
import { CostEstimate } from "./CostEstimate";
import { useFamilies } from "./families";
import { RequestText } from "./RequestText";
import { readsText } from "./shape";
import forms from "../forms/forms.module.css";
import styles from "./newRun.module.css";

const defaults: Values = { model_size: "tiny", corpus_path: ".", max_steps: "1000" };

/** Starts a training. The form's values are in the URL, so they can be shared and survive a reload. */
export function NewRunPage() {
  const [search, setSearch] = useSearchParams();
  const [, go] = useLocation();
  const { data: pages } = useTokenizers();
  const { data: experiments } = useExperimentChoices();
  const from = search.get("from") ?? "";
  const model = queries.useQuery("get", "/api/runs/{runId}", { params: { path: { runId: from } } }, { enabled: from !== "" });
  useFamilies();
  const { busy, error, attempt } = useAttempt();
  const tokenizers = useMemo(
    () => pages?.pages.flatMap(({ items }) => items).filter(({ status }) => status === "completed") ?? [],
    [pages],
  );
  const values = useMemo(() => valuesIn(search, model.data, tokenizers[0]), [search, model.data, tokenizers]);
  const problems = configProblems(values);
  const [sent, setSent] = useState<Values>({});
  const change = (next: Values): void =>
    setSearch(Object.fromEntries(allFields.flatMap(({ name }) => (name in next ? [[name, next[name] ?? ""]] : []))), { replace: true });
  const body = bodyOf(fieldsOf(values), values);
  const start = async (): Promise<void> => {
    const { run_id } = await data(api.POST("/api/runs/train", { body }));
    go(`/runs/${encodeURIComponent(run_id)}`);
  };
  const shownProblems = { ...(error instanceof Problem ? unchangedProblems(error.fields, sent, values) : {}), ...problems };
  return (
    <div className={styles["page"]}>
      <Panel title="New run" beside={from === "" ? "" : <>like {model.data?.name ?? from}</>}>
        {model.error !== null && <Fault error={model.error} />}
        {pages !== undefined && tokenizers.length === 0 && readsText(values) && (
          <div className="notice warning">
            A model needs a tokenizer, and there is none yet. <Link href="/tokenizers">Train one</Link>, it takes seconds.
          </div>
        )}
        <form
          className={styles["form"]}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (Object.keys(problems).length === 0) {
              setSent(values);
              attempt(start);
            }
          }}
        >
          <div className="actions" role="group" aria-label="Presets">
            {presets.map((preset) => (
              <button key={preset.name} type="button" onClick={() => change({ ...kept(values), ...preset.values })}>
                {preset.name}
              </button>
            ))}
          </div>
          <fieldset>
            <legend>{readsText(values) ? "Tokenizer and experiment" : "Experiment"}</legend>
            <div className={forms["fields"]}>
              {readsText(values) && (
                <Pick
                  title="Tokenizer"
                  value={values["tokenizer_id"] ?? ""}
                  problem={shownProblems["tokenizer_id"]}
                  choices={[
                    ...(isGiven(values) ? [{ value: "", title: "the given model's" }] : []),
                    ...tokenizers.map(({ tokenizer_id, name, vocab_size }) => ({
                      value: tokenizer_id,
                      title: `${name ?? tokenizer_id}, ${vocab_size ?? "?"} tokens`,
                    })),
                  ]}
                  onChange={(tokenizer) => change({ ...values, tokenizer_id: tokenizer })}
                />
              )}
              <Pick
                title="Experiment"
                value={values["experiment_id"] ?? ""}
                problem={shownProblems["experiment_id"]}
                choices={[
                  { value: "", title: "none" },
                  ...(experiments?.items.map(({ experiment_id, name }) => ({ value: experiment_id, title: name })) ?? []),
                ]}
                onChange={(experiment) => change({ ...values, experiment_id: experiment })}
              />
            </div>
          </fieldset>
          {groupsOf(values).map(({ title, fields }) => (
            <fieldset key={title}>
              <legend>{title}</legend>
              <Fields fields={fields} values={values} problems={shownProblems} onChange={change} />
            </fieldset>
          ))}
          {error !== null && <Fault error={error} />}
          <div className="actions">
            <button type="submit" disabled={busy || Object.keys(problems).length > 0}>
              start training
            </button>
            <span className="muted">{incomplete(allFields, problems)}</span>
          </div>
        </form>
      </Panel>
      <div className={styles["aside"]}>
        <Panel title="Estimate">
          <CostEstimate values={values} tokenizers={tokenizers} />
        </Panel>
        <Panel title="As a command">
          <RequestText body={body} />
        </Panel>
      </div>
    </div>
  );
}

/** Values from the URL, over the config of the run to copy; else the defaults. */
function valuesIn(
  search: URLSearchParams,
  model: Schemas["RunDetail"] | undefined,
  tokenizer: Schemas["TokenizerManifest"] | undefined,
): Values {
  const given = Object.fromEntries([...search].filter(([name]) => allFields.some((field) => field.name === name)));
  const config = model?.config;
  if (search.has("from") && typeof config === "object" && config !== null) {
    return { ...valuesOf(allFields, { ...(config as Record<string, unknown>), name: "" }), ...given };
  }
  if (Object.keys(given).length > 0) {
    return given;
  }
  return {
    ...defaults,
    ...(tokenizer === undefined ? {} : { tokenizer_id: tokenizer.tokenizer_id, corpus_path: tokenizer.config.corpus_path ?? "." }),
  };
}

/** The values a preset keeps. */
const kept = (values: Values): Values =>
  Object.fromEntries(
    ["model_family", "tokenizer_id", "experiment_id", "corpus_path", "name", "notes"].map((name) => [name, values[name] ?? ""]),
  );

interface PickProps {
  readonly title: string;
  readonly value: string;
  readonly problem: string | undefined;
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  readonly onChange: (value: string) => void;
}

const Pick = ({ title, value, problem, choices, onChange }: PickProps) => (
  <label className={forms["field"]}>
    {title}
    <select value={value} aria-invalid={problem !== undefined} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      {!choices.some((choice) => choice.value === value) && <option value={value}>{value === "" ? "select one" : value}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.title}
        </option>
      ))}
    </select>
    {problem !== undefined && <span className="error">✗ {problem}</span>}
  </label>
);
