import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Under Aspire the gateway's address is in the environment; otherwise use a Standalone on its default port.
const trainyard = process.env["GATEWAY_HTTPS"] ?? process.env["GATEWAY_HTTP"] ?? "http://localhost:5080";
const paths = ["/api", "/docs", "/openapi", "/healthz", "/readyz"];

/** Writes a .br and a .gz beside every larger text file, so that servers need not compress it. */
const precompress = (): Plugin => {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    async closeBundle() {
      const files = (await readdir(folder, { recursive: true })).filter((name) => /\.(html|js|css|svg|json|txt|webmanifest)$/.test(name));
      for (const name of files) {
        const file = join(folder, name);
        const content = await readFile(file);
        if (content.length < 1024) {
          continue;
        }
        await writeFile(
          `${file}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
        );
        await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
};

export default defineConfig({
  plugins: [react(), precompress()],
  // The other HTML pages in this folder are benchmarks.
  optimizeDeps: { entries: ["index.html"] },
  server: {
    port: Number(process.env["PORT"] ?? 5173),
    // Keep Host and Origin as the browser sent them: Trainyard uses them to refuse other sites' requests.
    proxy: { ...Object.fromEntries(paths.map((path) => [path, { target: trainyard }])), "/ws": { target: trainyard, ws: true } },
  },
  build: { target: "es2022", reportCompressedSize: false },
  // Vitest empties style sheets otherwise.
  test: { environment: "node", css: { include: /tokens\.css/ } },
});
