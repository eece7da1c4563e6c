/** An error response, or a network failure. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    message: string,
    readonly code: string,
    readonly requestId: string,
    readonly status: number,
    /** The problem of each field of the request, if known. */
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
  if (!Array.isArray(problems)) {
    return {};
  }
  return Object.fromEntries(
    problems.flatMap((problem: unknown) => {
      const { field, message } = (problem ?? {}) as Record<string, unknown>;
      return typeof field === "string" && typeof message === "string" ? [[field, message] as const] : [];
    }),
  );
}
