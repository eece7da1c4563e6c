// Writes the types of Trainyard's API from the description that a running one gives: npm run api -- http://localhost:5080
import { writeFile } from "node:fs/promises";
import process from "node:process";
import openapiTS, { astToString } from "openapi-typescript";

const from = process.argv[2] ?? "http://localhost:5080";
const description = await (await fetch(new URL("/openapi/v1.json", from))).json();
for (const path of Object.values(description.paths)) {
  for (const operation of Object.values(path)) {
    // A refusal has one form everywhere, and is thrown.
    for (const status of Object.keys(operation.responses ?? {})) if (!status.startsWith("2")) delete operation.responses[status];
    // What comes as a file or a stream too is asked for as JSON, unless a call says otherwise.
    for (const { content } of Object.values(operation.responses ?? {})) {
      if (content?.["application/json"]) for (const type of Object.keys(content)) if (type !== "application/json") delete content[type];
    }
  }
}
await writeFile("src/api/schema.d.ts", astToString(await openapiTS(description)));
