// GitHub's own parser as a filter: a line of standard input is a JSON object with `name` and `text` of a workflow
// file; the answer is a line with the parser's complaints, each with its line in the file (0 where it names none).
//
// Faults of ids, needs and times are found only while the template is converted, after parsing. The parser reports
// a fault of the conversion at a token, whose range has the line; where it throws, the whole file is the place.
import { createInterface } from "node:readline";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";

for await (const line of createInterface({ input: process.stdin })) {
  const { name, text } = JSON.parse(line);
  let faults = [];
  try {
    const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
    if (value) {
      await convertWorkflowTemplate(context, value, undefined, { errorPolicy: 1 });
    }
    faults = context.errors.getErrors().map(({ rawMessage, range }) => [range?.start.line ?? 0, rawMessage]);
  } catch (thrown) {
    faults = [[0, `thrown: ${thrown.message}`]];
  }
  process.stdout.write(JSON.stringify(faults) + "\n");
}
