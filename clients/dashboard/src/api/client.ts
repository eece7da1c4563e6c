import createClient, { type Middleware } from "openapi-fetch";
import { readKey } from "./key";
import { Problem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

const asCaller: Middleware = {
  onRequest({ request }) {
    const key = readKey();
    if (key !== "") request.headers.set("X-Api-Key", key);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await Problem.of(response);
  },
};

/** Trainyard's API as its own description types it; a refusal is thrown as a Problem. */
export const api = createClient<paths>({ baseUrl: "" });
api.use(asCaller);

/** The data of an answer that has some. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data: body } = await answer;
  if (body === undefined) throw new Problem("The answer is empty.", "INTERNAL", "", 0);
  return body;
}
