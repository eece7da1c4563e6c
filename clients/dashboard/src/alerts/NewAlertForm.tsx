import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { Problem } from "../api/problem";
import { Fields } from "../forms/Fields";
import { bodyOf, problemsOf } from "../forms/fields";
import { Fault } from "../shell/Notice";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import { alertFields, usualAlert } from "./fields";

export function NewAlertForm() {
  const client = useQueryClient();
  const [values, setValues] = useState(usualAlert);
  const { busy, error, attempt } = useAttempt();
  const fields = alertFields(values["kind"] ?? "");
  const own = problemsOf(fields, values);
  const create = async (): Promise<void> => {
    await api.POST("/api/alerts", { body: bodyOf(fields, values) });
    await client.invalidateQueries({ queryKey: ["alerts"] });
    toasts.say("The rule holds from now on.");
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
      <Fields fields={fields} values={values} problems={error instanceof Problem ? { ...error.fields, ...own } : own} onChange={setValues} />
      {error !== null && <Fault error={error} />}
      <div className="actions">
        <button type="submit" disabled={busy || Object.keys(own).length > 0}>
          watch
        </button>
      </div>
    </form>
  );
}
