/** What Trainyard says when it refuses, or the network when it does not get there. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    message: string,
    readonly code: string,
    readonly requestId: string,
    readonly status: number,
    /** What is wrong with which member of the request, where that is known. */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  static async of(response: Response): Promise<Problem> {
    const said: unknown = await response.json().catch(() => ({}));
    const member = (name: string): string => {
      const value = typeof said === "object" && said !== null ? (said as Record<string, unknown>)[name] : undefined;
      return typeof value === "string" ? value : "";
    };
    return new Problem(
      member("message") || `Trainyard answered ${response.status}.`,
      member("code") || "INTERNAL",
      member("request_id") || (response.headers.get("X-Request-ID") ?? ""),
      response.status,
      fieldsOf(said),
    );
  }
}

function fieldsOf(said: unknown): Readonly<Record<string, string>> {
  const problems: unknown = typeof said === "object" && said !== null ? (said as Record<string, unknown>)["problems"] : undefined;
  if (!Array.isArray(problems)) return {};
  return Object.fromEntries(
    problems.flatMap((problem: unknown) => {
      const { field, message } = (problem ?? {}) as Record<string, unknown>;
      return typeof field === "string" && typeof message === "string" ? [[field, message] as const] : [];
    }),
  );
}
