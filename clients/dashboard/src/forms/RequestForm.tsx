import { Problem } from "../api/problem";
import { Fault } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { Fields } from "./Fields";
import { bodyOf, type Field, problemsOf, type Values } from "./fields";

interface RequestFormProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly onChange: (values: Values) => void;
  /** What the button says. */
  readonly does: string;
  readonly send: (body: Record<string, unknown>) => Promise<void>;
}

/** A form that makes one request. What is wrong with a field stands beside it: what this page sees while one types, and what the server said. */
export function RequestForm({ fields, values, onChange, does, send }: RequestFormProps) {
  const { busy, error, attempt } = useAttempt();
  const own = problemsOf(fields, values);
  const right = Object.keys(own).length === 0;
  // That an untouched form is empty needs no saying.
  const seen = Object.fromEntries(Object.entries(own).filter(([name]) => name in values));
  return (
    <form
      className="padded"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (right) attempt(() => send(bodyOf(fields, values)));
      }}
    >
      <Fields fields={fields} values={values} problems={{ ...(error instanceof Problem ? error.fields : {}), ...seen }} onChange={onChange} />
      {error !== null && <Fault error={error} />}
      <div className="actions">
        <button type="submit" disabled={busy || !right}>
          {does}
        </button>
      </div>
    </form>
  );
}
