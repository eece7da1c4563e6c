import createClient, { type Middleware } from "openapi-fetch";
import { readKey } from "./key";
import { Problem } from "./problem";
import { refusal } from "./refusal";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

const asCaller: Middleware = {
  onRequest({ request }) {
    const key = readKey();
    if (key !== "") {
      request.headers.set("X-Api-Key", key);
    }
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) {
      const problem = await Problem.of(response);
      if (response.status === 401) {
        refusal.set(problem.message);
      }
      throw problem;
    }
  },
};

type Throwing<Operation> = Operation extends { responses: infer Responses }
  ? Omit<Operation, "responses"> & { responses: Responses & { default: { content: { "application/json": Error } } } }
  : Operation;

/** The paths of the API, and that reading one may throw. */
type ThrowingPaths = { [Path in keyof paths]: { [Method in keyof paths[Path]]: Throwing<paths[Path][Method]> } };

/** The API, typed by its OpenAPI document; an error response is thrown as a Problem. */
export const api = createClient<ThrowingPaths>({ baseUrl: "" });
api.use(asCaller);

/** The data of a response that has a body. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data: body } = await answer;
  if (body === undefined) {
    throw new Problem("The answer is empty.", "INTERNAL", "", 0);
  }
  return body;
}

/** Whether requests need the API key. */
export const asksWithKey = (): boolean => readKey() !== "";

/** Fetches a file, or its beginning, with the API key. */
export async function fetchFile(address: string, atMost?: number): Promise<Response> {
  const headers = {
    ...(asksWithKey() ? { "X-Api-Key": readKey() } : {}),
    ...(atMost === undefined ? {} : { Range: `bytes=0-${atMost - 1}` }),
  };
  const response = await fetch(address, { headers });
  if (!response.ok) {
    throw await Problem.of(response);
  }
  return response;
}
