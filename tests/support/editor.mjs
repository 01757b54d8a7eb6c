// What dmn-js does when a person edits a row: opens with dmn-moddle, sets an output and the description, saves.
// usage: node editor.mjs NPM IN OUT [DECISION ROW OUTPUT CLAUSE]     NPM: folder in which dmn-moddle is installed
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

const [npm, from, to, decision, row, output, clause] = process.argv.slice(2);
const { DmnModdle } = await import(pathToFileURL(`${npm}/node_modules/dmn-moddle/dist/index.js`));
const moddle = new DmnModdle();
const { rootElement, warnings } = await moddle.fromXML(fs.readFileSync(from, 'utf8'));
if (warnings.length) {
  console.error(warnings.map((w) => w.message).join('\n'));
  process.exit(1);
}
if (decision) {
  const table = rootElement.drgElement.find((e) => e.name === decision).decisionLogic;
  const rule = table.rule[row - 1];
  rule.outputEntry[0].text = output;
  rule.description = clause;
}
fs.writeFileSync(to, (await moddle.toXML(rootElement, { format: true })).xml);
