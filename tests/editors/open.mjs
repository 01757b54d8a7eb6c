// Opens a model in an editor in headless Chromium, may change a row as a person would, saves it, takes a picture.
// usage: node open.mjs FOLDER camunda|kie-classic|kie IN OUT [DECISION ROW OUTPUT CLAUSE]   (a change: Camunda's editor alone)
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [folder, editor, from, to, decision, row, output, clause] = process.argv.slice(2);
const puppeteer = createRequire(path.join(path.resolve(folder), 'x.js'))('puppeteer-core');
const modules = `file://${path.resolve(folder)}/node_modules`;
const camunda = `${modules}/camunda-dmn-js/dist`;
const page_of = {
  camunda: { style: [`${camunda}/assets/diagram-js.css`, `${camunda}/assets/dmn-js-shared.css`, `${camunda}/assets/dmn-js-drd.css`,
                     `${camunda}/assets/dmn-font/css/dmn-embedded.css`],
             script: `${camunda}/camunda-platform-modeler.production.min.js` },
  'kie-classic': { style: [], script: `${modules}/@kie-tools/kie-editors-standalone/dist/dmn/index.js` },
  kie: { style: [], script: `${modules}/@kie-tools/dmn-editor-standalone/dist/index.js` },
}[editor];

async function in_camunda(xml, change) {
  const modeler = new window.DmnModeler({ container: '#editor' });
  const { warnings } = await modeler.importXML(xml);
  if (change.decision) {
    await modeler.open(modeler.getViews().find((v) => v.element.name === change.decision && v.type === 'decisionTable'));
    const view = modeler.getActiveViewer();
    const rule = view.get('sheet').getRoot().rows[change.row - 1].businessObject;
    view.get('modeling').editCell(rule.outputEntry[0], change.output);
    view.get('modeling').updateProperties(rule, { description: change.clause });
  }
  return { warnings: warnings.map((w) => w.message), xml: (await modeler.saveXML({ format: true })).xml };
}

function in_kie(xml, name) {
  window.editor = window.DmnEditor.open({ container: document.getElementById('editor'), readOnly: false,
    initialFileNormalizedPosixPathRelativeToTheWorkspaceRoot: name, initialContent: Promise.resolve(xml) });
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
async function saved_by_kie(page) { // the content is there once the editor has drawn it
  for (let i = 0; i < 40; i++) {
    await sleep(1500);
    const xml = await page.evaluate(() => Promise.race([window.editor.getContent(), new Promise((r) => setTimeout(() => r(''), 3000))])).catch(() => '');
    if (xml && xml.includes('definitions')) return xml;
  }
  throw new Error('the editor gave nothing back within a minute');
}

const xml = fs.readFileSync(from, 'utf8');
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: 'new',
  args: ['--no-sandbox', '--allow-file-access-from-files', '--disable-web-security'] });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1500, height: 1000 });
  const html = path.join(folder, `${editor}.html`);
  fs.writeFileSync(html, '<!doctype html><html><head><meta charset="utf-8">' + page_of.style.map((s) => `<link rel="stylesheet" href="${s}">`).join('') +
    `</head><body style="margin:0"><div id="editor" style="height:1000px"></div><script src="${page_of.script}"></script></body></html>`);
  await page.goto(`file://${path.resolve(html)}`);
  let saved;
  if (editor === 'camunda') {
    const result = await page.evaluate(in_camunda, xml, { decision, row: Number(row), output, clause });
    if (result.warnings.length) throw new Error(result.warnings.join('\n'));
    saved = result.xml;
  } else {
    await page.evaluate(in_kie, xml, path.basename(from));
    saved = await saved_by_kie(page);
  }
  await sleep(1000);
  await page.screenshot({ path: `${to}.png` });
  fs.writeFileSync(to, saved);
} finally {
  await browser.close();
}
