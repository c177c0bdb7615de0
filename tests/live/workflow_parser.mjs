// Reads workflow files with GitHub's own parser and prints, as a JSON list, `file: complaint` for each fault.
// Faults of ids, needs and times are found only while the template is converted, after parsing.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";

const complaints = [];
for (const path of process.argv.slice(2)) {
  const file = { name: basename(path), content: readFileSync(path, "utf8") };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (value) {
    await convertWorkflowTemplate(context, value, undefined, { errorPolicy: 1 });
  }
  const messages = context.errors.getErrors().map((fault) => `${file.name}: ${fault.message}`);
  complaints.push(...new Set(messages));
}
process.stdout.write(JSON.stringify(complaints));
