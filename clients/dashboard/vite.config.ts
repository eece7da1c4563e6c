import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Under Aspire the gateway's address is in the environment; otherwise a Standalone on its usual port.
const trainyard = process.env["GATEWAY_HTTPS"] ?? process.env["GATEWAY_HTTP"] ?? "http://localhost:5080";
const paths = ["/api", "/docs", "/openapi", "/healthz", "/readyz"];

export default defineConfig({
  plugins: [react()],
  // The other pages of this folder are benchmarks.
  optimizeDeps: { entries: ["index.html"] },
  server: {
    port: Number(process.env["PORT"] ?? 5173),
    // Host and Origin go on as the browser sent them: Trainyard refuses what another site's page asks for, here too.
    proxy: { ...Object.fromEntries(paths.map((path) => [path, { target: trainyard }])), "/ws": { target: trainyard, ws: true } },
  },
  build: { target: "es2022", reportCompressedSize: false },
  test: { environment: "node" },
});
