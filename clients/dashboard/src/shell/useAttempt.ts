import { useState } from "react";

export interface Attempt {
  readonly busy: boolean;
  /** The error of the last attempt. */
  readonly error: Error | null;
  readonly attempt: (what: () => Promise<void>) => void;
}

/** Runs one user action at a time and keeps its error for display. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const attempt = (what: () => Promise<void>): void => {
    setBusy(true);
    setError(null);
    what()
      .catch((fault: unknown) => setError(fault instanceof Error ? fault : new Error(String(fault))))
      .finally(() => setBusy(false));
  };
  return { busy, error, attempt };
}
