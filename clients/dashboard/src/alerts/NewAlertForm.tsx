import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { queriesBelow } from "../api/queries";
import { RequestForm } from "../forms/RequestForm";
import { toasts } from "../shell/toasts";
import { alertFields, defaultAlert } from "./fields";

export function NewAlertForm() {
  const client = useQueryClient();
  const [values, setValues] = useState(defaultAlert);
  const create = async (body: Record<string, unknown>): Promise<void> => {
    await api.POST("/api/alerts", { body });
    await client.invalidateQueries(queriesBelow("/api/alerts"));
    toasts.show("Rule created.");
  };
  return <RequestForm fields={alertFields(values["kind"] ?? "")} values={values} onChange={setValues} submitLabel="watch" send={create} />;
}
