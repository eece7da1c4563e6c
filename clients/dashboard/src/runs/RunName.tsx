import { useQuery } from "@tanstack/react-query";
import { Name } from "../shell/Name";
import { runNameOf } from "./runNames";

/** The name of a run of which only the id is known. */
export function RunName({ runId }: { readonly runId: string }) {
  const { data: name } = useQuery(runNameOf(runId));
  return <Name>{name ?? runId}</Name>;
}
