/** What Trainyard says when it refuses, or the network when it does not get there. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    message: string,
    readonly code: string,
    readonly requestId: string,
    readonly status: number,
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
    );
  }
}
