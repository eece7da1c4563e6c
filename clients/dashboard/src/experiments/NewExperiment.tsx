import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, data } from "../api/client";
import { Problem } from "../api/problem";
import { Fields } from "../forms/Fields";
import { bodyOf, problemsOf, type Values } from "../forms/fields";
import { Fault } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { experimentFields } from "./fields";

export function NewExperiment({ folder }: { readonly folder: string }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [values, setValues] = useState<Values>({ folder });
  const { busy, error, attempt } = useAttempt();
  const own = problemsOf(experimentFields, values);
  const create = async (): Promise<void> => {
    const { experiment_id } = await data(api.POST("/api/experiments", { body: bodyOf(experimentFields, values) }));
    await client.invalidateQueries({ queryKey: ["experiments"] });
    go(`/experiments/${encodeURIComponent(experiment_id)}`);
  };
  return (
    <form
      className="padded"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (Object.keys(own).length === 0) attempt(create);
      }}
    >
      <Fields fields={experimentFields} values={values} problems={error instanceof Problem ? { ...error.fields, ...own } : values["name"] === undefined ? {} : own} onChange={setValues} />
      {error !== null && <Fault error={error} />}
      <div className="actions">
        <button type="submit" disabled={busy || Object.keys(own).length > 0}>
          create
        </button>
      </div>
    </form>
  );
}
