import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { Fields } from "../forms/Fields";
import { bodyOf, problemsOf, type Values } from "../forms/fields";
import { figure } from "../format/numbers";
import { useFamilies } from "../newrun/families";
import { Fault } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { useAttempt } from "../shell/useAttempt";
import { useTokenizers } from "../tokenizers/queries";
import { baseFields, sweepFields, defaultBase, defaultSweep } from "./fields";
import { queriesOfSweep, useTrainers } from "./queries";
import { SpaceEditor } from "./SpaceEditor";
import { emptyRow, gridSize, parameterOf, type SpaceRow } from "./space";

interface NewSweepProps {
  readonly experimentId: string;
  readonly onStarted: () => void;
}

const defaultSpace: readonly SpaceRow[] = [{ ...emptyRow, name: "learning_rate", min: "0.0003", max: "0.01", points: "5" }];

/** Starts a sweep: search space, sampler, objective and trainer. */
export function NewSweep({ experimentId, onStarted }: NewSweepProps) {
  const client = useQueryClient();
  const { data: trainers } = useTrainers();
  useFamilies();
  const { data: pages } = useTokenizers();
  const tokenizers = pages?.pages.flatMap(({ items }) => items).filter(({ status }) => status === "completed") ?? [];
  const [rows, setRows] = useState(defaultSpace);
  const [values, setValues] = useState(defaultSweep);
  const [typedBase, setBase] = useState<Values>(defaultBase);
  const { busy, error, attempt } = useAttempt();
  const base: Values = { ...(tokenizers[0] === undefined ? {} : { tokenizer_id: tokenizers[0].tokenizer_id }), ...typedBase };
  const grid = values["sampler"] === "grid";
  const own = (values["trainer"] ?? "own") === "own";
  const fields = sweepFields(trainers?.items.map(({ name }) => name) ?? []);
  const basic = baseFields(tokenizers.map(({ tokenizer_id, name }) => ({ value: tokenizer_id, title: name ?? tokenizer_id })));
  const read = rows.map((row) => parameterOf(row, grid));
  const problems = { ...problemsOf(fields, values), ...(own ? problemsOf(basic, base) : {}) };
  const size = grid ? gridSize(read.map(({ parameter }) => parameter)) : undefined;
  const right = Object.keys(problems).length === 0 && read.every(({ problem }) => problem === undefined) && rows.length > 0;
  const start = async (): Promise<void> => {
    const { metric, stat, pruner, warmup_steps, ...rest } = bodyOf(fields, values) as Record<string, string | number>;
    const body = {
      ...rest,
      search_space: Object.fromEntries(rows.map(({ name }, index) => [name.trim(), read[index]?.parameter ?? {}])),
      objective: { metric, stat },
      ...(pruner === "median" ? { pruner: { type: "median", warmup_steps: warmup_steps ?? 0 } } : {}),
      ...(own ? { base: bodyOf(basic, base) } : {}),
    };
    await api.POST("/api/experiments/{experimentId}/sweep", {
      params: { path: { experimentId } },
      body: body as Schemas["SweepDefinition"],
    });
    await client.invalidateQueries(queriesOfSweep(experimentId));
    onStarted();
  };
  const refused = error instanceof Problem ? error.fields : {};
  return (
    <Panel title="New sweep" beside={size === undefined ? "" : `${figure(size)} points in the grid`}>
      <form
        className="padded"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (right) {
            attempt(start);
          }
        }}
      >
        <fieldset>
          <legend>Search space</legend>
          <SpaceEditor rows={rows} problems={read.map(({ problem }) => problem)} grid={grid} onChange={setRows} />
        </fieldset>
        <fieldset>
          <legend>Search</legend>
          <Fields fields={fields} values={values} problems={{ ...refused, ...problems }} onChange={setValues} />
        </fieldset>
        {own && (
          <fieldset>
            <legend>Common training config</legend>
            <Fields fields={basic} values={base} problems={{ ...baseRefused(refused), ...problems }} onChange={setBase} />
          </fieldset>
        )}
        {error !== null && <Fault error={error} />}
        <div className="actions">
          <button type="submit" disabled={busy || !right}>
            start the sweep
          </button>
        </div>
      </form>
    </Panel>
  );
}

/** Server-side problems of `base`, keyed by its own member names. */
const baseRefused = (refused: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(refused).map(([field, message]) => [field.replace(/^base\./, ""), message]));
