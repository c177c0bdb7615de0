// Reads workflow files, whose paths a JSON file lists, with GitHub's own parser; prints what it makes of each.
import { readFileSync } from "node:fs";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
const read = [];
for (const path of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const file = { name: "ci.yml", content: readFileSync(path, "utf8") };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  const made = await convertWorkflowTemplate(context, value, undefined, { errorPolicy: 1 });
  const faults = context.errors.getErrors().map((fault) => fault.message);
  const text = JSON.stringify(made, (key, one) => (key === "range" || key === "file" ? undefined : one));
  read.push({ faults, made: JSON.parse(text) });
}
process.stdout.write(JSON.stringify(read));
