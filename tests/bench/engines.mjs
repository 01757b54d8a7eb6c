// engines.mjs MODULES DIR ENGINE SECONDS: the records of DIR (tables.c wrote them) through a JavaScript engine, for
// about SECONDS of its time or until all are done; each sum is compared. Prints "ENGINE RECORDS SECONDS": the time of
// the processor, all threads together, without loading and a first round that warms up.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';

const [modules, dir, engine, limit] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), 'x.js'));
const read = name => readFileSync(join(dir, name), 'utf8');

// Each: a function from records to the promise of their sums.
const engines = {
    imicros() {
        const {Decision} = require('imicros-feel-interpreter');
        const decision = new Decision();
        if (!decision.parse({xml: read('model.dmn')})) throw new Error('imicros does not read the model');
        return async records => records.map(r => decision.evaluate(r).total);
    },
    // one after the other
    async zen() {
        const {ZenEngine} = require('@gorules/zen-engine');
        const decision = new ZenEngine().createDecision(Buffer.from(read('model.json')));
        return async records => {
            const sums = [];
            for (const r of records) sums.push((await decision.evaluate(r)).result.total);
            return sums;
        };
    },
    // many asked at once, as its makers advise for batches
    async 'zen-many'() {
        const {ZenEngine} = require('@gorules/zen-engine');
        const decision = new ZenEngine().createDecision(Buffer.from(read('model.json')));
        return async records => (await Promise.all(records.map(r => decision.evaluate(r)))).map(x => x.result.total);
    },
};

const records = read('records.jsonl').trimEnd().split('\n').map(line => JSON.parse(line));
const sums = read('sums.txt').trimEnd().split('\n').map(Number);
const decide = await engines[engine]();
const ROUND = 500;
await decide(records.slice(0, ROUND));
let done = 0;
const from = process.cpuUsage();
const spent = () => { const u = process.cpuUsage(from); return (u.user + u.system) / 1e6; };
while (done < records.length && spent() < Number(limit)) {
    const said = await decide(records.slice(done, done + ROUND));
    for (let i = 0; i < said.length; i++)
        if (Number(said[i]) !== sums[done + i]) {
            console.error(`${engine}: record ${done + i + 1} gives ${said[i]}, stipend ${sums[done + i]}`);
            process.exit(1);
        }
    done += said.length;
}
console.log(`${engine} ${done} ${spent().toFixed(3)}`);
process.exit(0);
