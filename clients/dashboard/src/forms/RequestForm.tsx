import { useState } from "react";
import { Problem } from "../api/problem";
import { Fault } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { Fields } from "./Fields";
import { bodyOf, type Field, incomplete, problemsOf, unchangedProblems, type Values } from "./fields";

interface RequestFormProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly onChange: (values: Values) => void;
  /** The text of the submit button. */
  readonly submitLabel: string;
  readonly send: (body: Record<string, unknown>) => Promise<void>;
}

/** A form for one request. Problems found by this page or by the server are shown beside their fields. */
export function RequestForm({ fields, values, onChange, submitLabel, send }: RequestFormProps) {
  const { busy, error, attempt } = useAttempt();
  const [sent, setSent] = useState(values);
  const own = problemsOf(fields, values);
  const right = Object.keys(own).length === 0;
  // Don't report problems of fields the user has not touched.
  const seen = Object.fromEntries(Object.entries(own).filter(([name]) => name in values));
  return (
    <form
      className="padded"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (right) {
          setSent(values);
          attempt(() => send(bodyOf(fields, values)));
        }
      }}
    >
      <Fields
        fields={fields}
        values={values}
        problems={{ ...(error instanceof Problem ? unchangedProblems(error.fields, sent, values) : {}), ...seen }}
        onChange={onChange}
      />
      {error !== null && <Fault error={error} />}
      <div className="actions">
        <button type="submit" disabled={busy || !right}>
          {submitLabel}
        </button>
        {!right && <span className="muted">{incomplete(fields, own)}</span>}
      </div>
    </form>
  );
}
