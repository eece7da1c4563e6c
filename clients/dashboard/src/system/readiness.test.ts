import { expect, it } from "vitest";
import { readinessOf } from "./readiness";

it("reads what is well and what is not", () => {
  expect(
    readinessOf({
      status: "unhealthy",
      dependencies: { redis: { status: "unhealthy", description: "away" }, database: { status: "healthy", description: null } },
    }),
  ).toEqual({
    status: "unhealthy",
    dependencies: [
      { name: "redis", status: "unhealthy", description: "away" },
      { name: "database", status: "healthy", description: "" },
    ],
  });
  expect(readinessOf(null)).toEqual({ status: "unknown", dependencies: [] });
});
