import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { queriesOf } from "../api/queries";
import type { Field, Values } from "../forms/fields";
import { RequestForm } from "../forms/RequestForm";
import { Fault, Waiting } from "../shell/Notice";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import { useTrainers } from "./queries";

const fields: readonly Field[] = [
  { kind: "text", name: "name", title: "Name", required: true, max: 128 },
  { kind: "text", name: "url", title: "Address", required: true, max: 2048, hint: "receives the trials by POST" },
  { kind: "text", name: "secret", title: "Secret", required: true, max: 1024, hint: "at least 16 characters; signs the requests" },
];

/** Registered external trainers. */
export function TrainersPanel() {
  const client = useQueryClient();
  const { data: page, error: unread } = useTrainers();
  const [values, setValues] = useState<Values>({});
  const { busy, error, attempt } = useAttempt();
  const changed = (): Promise<void> => client.invalidateQueries(queriesOf("/api/trainers"));
  const register = async (body: Record<string, unknown>): Promise<void> => {
    await api.POST("/api/trainers", { body });
    setValues({});
    await changed();
  };
  const remove = async (name: string): Promise<void> => {
    await api.DELETE("/api/trainers/{name}", { params: { path: { name } } });
    await changed();
    toasts.show(`The trainer ${name} is removed.`);
  };
  if (page === undefined) {
    return unread === null ? <Waiting /> : <Fault error={unread} />;
  }
  return (
    <>
      <ul className="log">
        {page.items.map(({ name, url, waiting, last_error: lastError }) => (
          <li key={name}>
            {name} <span className="muted">{url}</span> {waiting > 0 && `${waiting} waiting`}{" "}
            {lastError && <span className="error">✗ {lastError}</span>}{" "}
            <button
              type="button"
              className="plain"
              disabled={busy}
              aria-label={`Remove the trainer ${name}`}
              onClick={() => attempt(() => remove(name))}
            >
              ✗
            </button>
          </li>
        ))}
      </ul>
      <details>
        <summary>register a trainer</summary>
        <RequestForm fields={fields} values={values} onChange={setValues} submitLabel="register" send={register} />
      </details>
      {error !== null && <Fault error={error} />}
    </>
  );
}
