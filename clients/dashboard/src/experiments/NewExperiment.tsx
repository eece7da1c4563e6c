import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, data } from "../api/client";
import { queriesBelow } from "../api/queries";
import type { Values } from "../forms/fields";
import { RequestForm } from "../forms/RequestForm";
import { experimentFields } from "./fields";

export function NewExperiment({ folder }: { readonly folder: string }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [values, setValues] = useState<Values>({ folder });
  const create = async (body: Record<string, unknown>): Promise<void> => {
    const { experiment_id } = await data(api.POST("/api/experiments", { body }));
    await client.invalidateQueries(queriesBelow("/api/experiments"));
    go(`/experiments/${encodeURIComponent(experiment_id)}`);
  };
  return <RequestForm fields={experimentFields} values={values} onChange={setValues} submitLabel="create" send={create} />;
}
