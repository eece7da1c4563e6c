import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { useLive } from "../live/hooks";
import { runNameOf } from "../runs/runNames";
import { toasts } from "../shell/toasts";
import { notify } from "./notifications";
import { useFirings } from "./queries";

/** The number of unseen alerts. Shows a toast for each new alert, and a browser notification if the user allowed these. */
export function AlertBell() {
  const { data: pages, hasNextPage } = useFirings(false);
  const client = useQueryClient();
  useLive("*", (message) => {
    if (message.type !== "alert") {
      return;
    }
    void client
      .query(runNameOf(message.run_id))
      .catch(() => message.run_id)
      .then((run) => {
        toasts.show(`⚠ ${message.name == null ? "" : `${message.name} · `}${run}: ${message.message}`);
        notify(message, run);
      });
  });
  const count = pages?.pages.reduce((sum, { items }) => sum + items.length, 0) ?? 0;
  if (count === 0) {
    return null;
  }
  return (
    <Link href="/alerts" className="warning" aria-label={`Unseen alerts: ${count}`}>
      [⚠ {count}
      {hasNextPage && "+"}]
    </Link>
  );
}
