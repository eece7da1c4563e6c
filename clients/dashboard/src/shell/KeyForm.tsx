import { useState } from "react";
import { checkKey } from "../api/checkKey";
import { readKey, saveKey } from "../api/key";
import { Fault } from "./Notice";
import { useAttempt } from "./useAttempt";

interface KeyFormProps {
  readonly submitLabel: string;
  readonly onSaved: () => void;
}

/** Takes an API key, and keeps it in this browser if the API accepts it. */
export function KeyForm({ submitLabel, onSaved }: KeyFormProps) {
  const [key, setKey] = useState(readKey);
  const { busy, error, attempt } = useAttempt();
  return (
    <form
      className="actions"
      onSubmit={(event) => {
        event.preventDefault();
        attempt(async () => {
          await checkKey(key.trim());
          saveKey(key.trim());
          onSaved();
        });
      }}
    >
      <label>
        API key{" "}
        <input
          name="key"
          type="password"
          value={key}
          autoComplete="off"
          size={40}
          onChange={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={busy}>
        {submitLabel}
      </button>
      {error !== null && <Fault error={error} />}
    </form>
  );
}
