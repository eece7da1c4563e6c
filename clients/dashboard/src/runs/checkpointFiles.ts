import type { Schemas } from "../api/client";

type Files = Pick<Schemas["CheckpointView"], "available" | "validation">;

/** Why a checkpoint can't be loaded; undefined if it can, as far as is known. */
export function unusable({ available, validation }: Files): string | undefined {
  if (available === false || validation === "missing") {
    return "files deleted";
  }
  return validation === "invalid" ? "files damaged" : undefined;
}
