#!/usr/bin/env bash
# KIE's classic DMN editor: a shape of the diagram is given to the first element whose id is the END of the id that the shape names.
#
# Package: @kie-tools/kie-editors-standalone 10.1.0 of npm, in Chromium of Debian (puppeteer-core 24.10.0 of npm drives it).
# Needs node, npm and chromium. Run without stipend; nothing is installed outside of a temporary folder.
#
# DMN 1.3, 13.3: dmnElementRef of a DMNShape is the id of the element that it depicts; ids are whole names, and "note-amount" is not "amount".
# The model below has a decision with the id "amount" and a text annotation with the id "note-amount", each with a shape of its own. The editor opens it
# without a word, draws the decision twice and the annotation not at all, and what it saves (nothing was edited) has lost the annotation, its text and
# its association. With the id "amount-note" for the annotation, all else alike, everything is drawn and kept.
#
# Seen:
#   note-amount: shapes of the decision 2, annotations 0
#   amount-note: shapes of the decision 1, annotations 1
set -eu
chromium=${CHROMIUM:-$(command -v chromium || true)}
for tool in node npm "${chromium:-chromium}"; do command -v "$tool" >/dev/null || { echo "needs $tool" >&2; exit 77; }; done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts @kie-tools/kie-editors-standalone@10.1.0 puppeteer-core@24.10.0 >/dev/null
cat >page.html <<'HTML'
<!doctype html><meta charset="utf-8"><div id="e" style="height:800px"></div><script src="node_modules/@kie-tools/kie-editors-standalone/dist/dmn/index.js"></script>
HTML
cat >seen.mjs <<'JS'
import puppeteer from 'puppeteer-core';
const model = (note) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
 xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" id="m" name="m" namespace="urn:m">
 <decision id="amount" name="amount"><variable id="v" name="amount" typeRef="number"/><literalExpression id="x"><text>300</text></literalExpression></decision>
 <textAnnotation id="${note}"><text>what is paid</text></textAnnotation>
 <association id="a1"><sourceRef href="#amount"/><targetRef href="#${note}"/></association>
 <dmndi:DMNDI><dmndi:DMNDiagram id="d">
  <dmndi:DMNShape id="s1" dmnElementRef="amount"><dc:Bounds x="100" y="100" width="180" height="60"/></dmndi:DMNShape>
  <dmndi:DMNShape id="s2" dmnElementRef="${note}"><dc:Bounds x="320" y="110" width="100" height="40"/></dmndi:DMNShape>
  <dmndi:DMNEdge id="e1" dmnElementRef="a1"><di:waypoint x="280" y="130"/><di:waypoint x="320" y="130"/></dmndi:DMNEdge>
 </dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>`;
const browser = await puppeteer.launch({ executablePath: process.argv[2], headless: 'new', args: ['--no-sandbox', '--allow-file-access-from-files', '--disable-web-security'] });
for (const note of ['note-amount', 'amount-note']) {
  const page = await browser.newPage();
  await page.goto(`file://${process.cwd()}/page.html`);
  await page.evaluate((xml) => {
    window.editor = window.DmnEditor.open({ container: document.getElementById('e'), readOnly: false,
      initialFileNormalizedPosixPathRelativeToTheWorkspaceRoot: 'm.dmn', initialContent: Promise.resolve(xml) });
  }, model(note));
  let saved = '';
  for (let i = 0; i < 40 && !saved.includes('definitions'); i++) {
    await new Promise((done) => setTimeout(done, 1500));
    saved = await page.evaluate(() => Promise.race([window.editor.getContent(), new Promise((r) => setTimeout(() => r(''), 3000))])).catch(() => '') || '';
  }
  const count = (pattern) => (saved.match(pattern) || []).length;
  console.log(`${note}: shapes of the decision ${count(/<dmndi:DMNShape [^>]*dmnElementRef="amount"/g)}, annotations ${count(/<dmn:textAnnotation /g)}`);
  await page.close();
}
await browser.close();
JS
node seen.mjs "$chromium" >seen.txt
cat seen.txt
cat >wanted.txt <<'TXT'
note-amount: shapes of the decision 2, annotations 0
amount-note: shapes of the decision 1, annotations 1
TXT
diff wanted.txt seen.txt && echo "as described" || { echo "it behaves otherwise now" >&2; exit 1; }
