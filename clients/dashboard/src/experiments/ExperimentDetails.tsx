import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, type Schemas } from "../api/client";
import { Download } from "../api/Download";
import { queriesBelow } from "../api/queries";
import { Problem } from "../api/problem";
import { Fields } from "../forms/Fields";
import { type Field, problemsOf, type Values } from "../forms/fields";
import { Fault } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import { deleteExperiment } from "./acts";
import { experimentFields } from "./fields";

const fields: readonly Field[] = [...experimentFields, { kind: "lines", name: "notes", title: "Notes" }];
const formats = [
  ["csv", "zip"],
  ["json", "json"],
  ["parquet", "zip"],
] as const;

/** Name, description, tags and notes of an experiment; export and deletion. */
export function ExperimentDetails({ experiment }: { readonly experiment: Schemas["ExperimentView"] }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const { experiment_id: experimentId, name, description, folder, notes } = experiment;
  const [values, setValues] = useState<Values>({ name, folder, description: description ?? "", notes: notes ?? "" });
  const { busy, error, attempt } = useAttempt();
  const own = problemsOf(fields, values);
  const save = async (): Promise<void> => {
    // Send empty values too, so that a field can be cleared.
    await api.PUT("/api/experiments/{experimentId}", { params: { path: { experimentId } }, body: values });
    await client.invalidateQueries(queriesBelow("/api/experiments"));
    toasts.show("Saved.");
  };
  return (
    <Panel title="Details" beside={experimentId}>
      <form
        className="padded"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (Object.keys(own).length === 0) {
            attempt(save);
          }
        }}
      >
        <Fields
          fields={fields}
          values={values}
          problems={error instanceof Problem ? { ...error.fields, ...own } : own}
          onChange={setValues}
        />
        {error !== null && <Fault error={error} />}
        <div className="actions">
          <button type="submit" disabled={busy || Object.keys(own).length > 0}>
            save
          </button>
          <button
            type="button"
            disabled={busy}
            onClick={() => attempt(() => deleteExperiment(client, experimentId, name).then(() => go("/experiments")))}
          >
            delete with its runs
          </button>
          {formats.map(([format, extension]) => (
            <Download
              key={format}
              href={`/api/experiments/${encodeURIComponent(experimentId)}/export?format=${format}`}
              name={`${experimentId}.${extension}`}
            >
              ↓ {format}
            </Download>
          ))}
        </div>
      </form>
    </Panel>
  );
}
