import { useQueryClient } from "@tanstack/react-query";
import { Fault } from "../shell/Notice";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import { restoreExperiment } from "./acts";

export function RestoreButton({ experimentId, name }: { readonly experimentId: string; readonly name: string }) {
  const client = useQueryClient();
  const { busy, error, attempt } = useAttempt();
  return (
    <>
      <button
        type="button"
        disabled={busy}
        onClick={() => attempt(() => restoreExperiment(client, experimentId).then(() => toasts.show(`${name} is restored.`)))}
      >
        restore
      </button>
      {error !== null && <Fault error={error} />}
    </>
  );
}
