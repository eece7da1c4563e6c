import { useQuery } from "@tanstack/react-query";
import { asksWithKey } from "../api/client";
import { readKey } from "../api/key";

export interface Dependency {
  readonly name: string;
  readonly status: string;
  readonly description: string;
}

export interface Readiness {
  readonly status: string;
  readonly dependencies: readonly Dependency[];
}

const every = 10_000;

/** The readiness of Trainyard and its dependencies. An unready server answers 503 with the details, so that is no error here. */
export const useReadiness = () =>
  useQuery({
    queryKey: ["readiness"],
    queryFn: async () =>
      readinessOf(
        await (
          await fetch("/readyz", { headers: { Accept: "application/json", ...(asksWithKey() ? { "X-Api-Key": readKey() } : {}) } })
        ).json(),
      ),
    refetchInterval: every,
  });

export function readinessOf(answer: unknown): Readiness {
  const { status, dependencies } = (answer ?? {}) as {
    status?: unknown;
    dependencies?: Record<string, { status?: unknown; description?: unknown }>;
  };
  return {
    status: typeof status === "string" ? status : "unknown",
    dependencies: Object.entries(dependencies ?? {}).map(([name, dependency]) => ({
      name,
      status: typeof dependency.status === "string" ? dependency.status : "unknown",
      description: typeof dependency.description === "string" ? dependency.description : "",
    })),
  };
}
