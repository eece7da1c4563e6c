import { Problem } from "./problem";

/** Asks the API whether a key is valid; throws its answer if it is not. */
export async function checkKey(key: string): Promise<void> {
  const response = await fetch("/api/views", { headers: key === "" ? {} : { "X-Api-Key": key } });
  if (!response.ok) {
    throw await Problem.of(response);
  }
}
