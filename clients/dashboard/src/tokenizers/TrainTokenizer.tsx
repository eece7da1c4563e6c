import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, data } from "../api/client";
import { Problem } from "../api/problem";
import { Fields } from "../forms/Fields";
import { bodyOf, problemsOf } from "../forms/fields";
import { Fault } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { tokenizerFields, usualValues } from "./config";

export function TrainTokenizer() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [values, setValues] = useState(usualValues);
  const { busy, error, attempt } = useAttempt();
  const own = problemsOf(tokenizerFields, values);
  const refused = error instanceof Problem ? error.fields : {};
  const train = async (): Promise<void> => {
    const { tokenizer_id } = await data(api.POST("/api/tokenizers/train", { body: bodyOf(tokenizerFields, values) }));
    await client.invalidateQueries({ queryKey: ["tokenizers"] });
    go(`/tokenizers/${encodeURIComponent(tokenizer_id)}`);
  };
  return (
    <form
      className="padded"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (Object.keys(own).length === 0) attempt(train);
      }}
    >
      <Fields fields={tokenizerFields} values={values} problems={{ ...refused, ...own }} onChange={setValues} />
      {error !== null && <Fault error={error} />}
      <div className="actions">
        <button type="submit" disabled={busy || Object.keys(own).length > 0}>
          train
        </button>
      </div>
    </form>
  );
}
