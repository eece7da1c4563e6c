import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, data } from "../api/client";
import { queriesOf } from "../api/queries";
import { RequestForm } from "../forms/RequestForm";
import { tokenizerFields, defaultValues } from "./config";

export function TrainTokenizer() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [values, setValues] = useState(defaultValues);
  const train = async (body: Record<string, unknown>): Promise<void> => {
    const { tokenizer_id } = await data(api.POST("/api/tokenizers/train", { body }));
    await client.invalidateQueries(queriesOf("/api/tokenizers"));
    go(`/tokenizers/${encodeURIComponent(tokenizer_id)}`);
  };
  return <RequestForm fields={tokenizerFields} values={values} onChange={setValues} submitLabel="train" send={train} />;
}
