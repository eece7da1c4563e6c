// Generates the API's types from the OpenAPI document of a running Trainyard: npm run api -- http://localhost:5080
import { writeFile } from "node:fs/promises";
import process from "node:process";
import openapiTS, { astToString } from "openapi-typescript";

const from = process.argv[2] ?? "http://localhost:5080";
const description = await (await fetch(new URL("/openapi/v1.json", from))).json();
for (const path of Object.values(description.paths)) {
  for (const operation of Object.values(path)) {
    // All errors have the same form and are thrown, so drop them from the types.
    for (const status of Object.keys(operation.responses ?? {})) {
      if (!status.startsWith("2")) {
        delete operation.responses[status];
      }
    }
    // Responses that are also available as a file or stream are requested as JSON by default.
    for (const { content } of Object.values(operation.responses ?? {})) {
      for (const type of content?.["application/json"] ? Object.keys(content) : []) {
        if (type !== "application/json") {
          delete content[type];
        }
      }
    }
  }
}
await writeFile("src/api/schema.d.ts", astToString(await openapiTS(description)));
