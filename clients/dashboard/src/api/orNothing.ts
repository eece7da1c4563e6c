import { Problem } from "./problem";

/** Null if the request answers 404. */
export async function orNothing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (fault) {
    if (fault instanceof Problem && fault.status === 404) {
      return null;
    }
    throw fault;
  }
}
