#!/usr/bin/env node
// Pellicle beside other engines: the same pages and the same updates, in one run, in turns. README.md says how.
'use strict';
const fs = require('fs'), os = require('os'), path = require('path');
const { execFileSync } = require('child_process');
const { pathToFileURL } = require('url');
const { ROWS, figures, tasks } = require('./figures');
const { Pellicle } = require('./peers/pellicle');
const { Chromium } = require('./peers/chromium');
const { WebKit } = require('./peers/webkit');
const { Blitz } = require('./peers/blitz');
const { markdown, terminal } = require('./report');
const { median } = require('./statistics');
const { plot } = require('./plot');

const HERE = __dirname, ROOT = path.join(HERE, '../..');
const PEERS = [new Pellicle('cpu'), new Pellicle('gpu'), new Chromium(), new WebKit(), new Blitz()];

const USAGE = `usage: node benches/versus/run.js [OPTIONS]

  --peers A,B     only these of ${PEERS.map(peer => peer.id).join(', ')}
  --only TASK,..  only tasks whose name begins so: headless, window, rows, scroll
  --rounds N      rounds, each of which asks every peer in turn [default: 7]
  --rows N,..     lengths of the list [default: ${ROWS.join(',')}]
  --idle S        seconds in which nothing happens [default: 10]
  --quick         two short rounds with 100 and 1,000 rows
  --pellicle FILE the command to measure [default: pellicle of target/release]
  --json FILE     write every round's figures
  --docs          write RESULTS.md and results.svg beside this file`;

function options(args) {
  const made = { rounds: 7, rows: ROWS, idle: 10, frames: 240, repeats: rows => (rows > 20000 ? 15 : 21), least: 20, rest: 2000, visits: 6 };
  const target = process.env.CARGO_TARGET_DIR || path.join(ROOT, 'target');
  made.pellicle = path.join(target, 'release', 'pellicle');
  const list = text => text.split(',').filter(Boolean);
  const count = text => {
    const number = Number(text);
    if (!(number >= 0)) throw new Error(`"${text}" is no number`);
    return number;
  };
  const known = {
    '--peers': text => { made.peers = list(text); },
    '--only': text => { made.only = list(text); },
    '--rounds': text => { made.rounds = Math.max(1, Math.floor(count(text))); },
    '--rows': text => { made.rows = list(text).map(count); },
    '--idle': text => { made.idle = count(text); },
    '--pellicle': text => { made.pellicle = path.resolve(text); },
    '--json': text => { made.json = text; },
  };
  for (let at = 0; at < args.length; at += 1) {
    const name = args[at];
    if (name === '--quick') Object.assign(made, { rounds: 2, rows: [100, 1000], idle: 1, frames: 60, repeats: () => 5, least: 5, rest: 500, visits: 1 });
    else if (name === '--docs') made.docs = true;
    else if (name === '--help' || name === '-h') made.help = true;
    else if (!known[name]) throw new Error(`there is no option ${name}`);
    else if (args[at + 1] === undefined) throw new Error(`${name} wants a value`);
    else known[name](args[at += 1]);
  }
  for (const id of made.peers ?? []) if (!PEERS.some(peer => peer.id === id)) throw new Error(`there is no peer ${id}`);
  return made;
}

// The shop's first page as a web page: what Pellicle makes of it, written as HTML, its pictures in files.
function shopPage(pellicle, shop, folder) {
  const file = path.join(folder, 'export.html');
  execFileSync(pellicle, ['layout', shop, '--html', file], { stdio: ['ignore', 'ignore', 'ignore'] });
  let pictures = 0;
  const html = fs.readFileSync(file, 'utf8').replace(/data:image\/(\w+);base64,([A-Za-z0-9+/=]+)/g, (_, kind, data) => {
    const name = `${pictures++}.${kind}`;
    fs.writeFileSync(path.join(folder, name), Buffer.from(data, 'base64'));
    return name;
  });
  const page = path.join(folder, 'shop.html');
  fs.writeFileSync(page, html);
  return pathToFileURL(page).href;
}

function machine() {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
    cpu: `${cpus[0]?.model.trim()}, ${cpus.length} cores`,
    cores: cpus.length,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    system: `${os.type()} ${os.release()}`,
    load: os.loadavg()[0],
  };
}

async function measure(bench, peers, say) {
  const values = {}, errors = [];
  const ask = (task, peer, round) => task.run(peer, bench).catch(error => {
    errors.push({ round, task: task.id, peer: peer.id, error: error.message });
    return null;
  });
  const wanted = tasks(bench).filter(task => !bench.only || bench.only.some(name => task.id.startsWith(name)));
  // Ctrl-C ends the run after the task in work; what was measured is told. The peers are in groups of their own.
  let interrupted = false, rounds = 0;
  process.once('SIGINT', () => { interrupted = true; });
  // The shortest and the longest list are held against each other, by the first peer: it is asked for them in turn, several
  // times a round, for a machine is not as fast all the while.
  const ends = wanted.filter(task => task.end);
  for (let round = 0; round < bench.rounds && !interrupted; round += 1) {
    rounds += 1;
    for (const task of wanted) {
      // Another one begins each time: what a peer leaves behind in caches helps each of the others as often.
      for (let turn = 0; turn < peers.length; turn += 1) {
        if (interrupted) break;
        const peer = peers[(turn + round) % peers.length];
        say(`round ${round + 1} of ${bench.rounds}: ${task.id}, ${peer.title}`);
        const got = await ask(task, peer, round);
        for (const [figure, value] of Object.entries(got ?? {})) {
          ((values[figure] ??= {})[peer.id] ??= Array(bench.rounds).fill(null))[round] = value;
        }
      }
    }
    const visits = {};
    for (let visit = 1; visit < bench.visits; visit += 1) {
      for (const task of ends) {
        if (interrupted) break;
        say(`round ${round + 1} of ${bench.rounds}: ${task.id}, ${peers[0].title}, again`);
        for (const [figure, value] of Object.entries((await ask(task, peers[0], round)) ?? {})) (visits[figure] ??= []).push(value);
      }
    }
    for (const [figure, more] of Object.entries(visits)) {
      const all = values[figure]?.[peers[0].id];
      if (all) all[round] = median([...more, ...(Number.isFinite(all[round]) ? [all[round]] : [])]);
    }
  }
  return { values, errors, rounds, interrupted };
}

async function main() {
  const bench = options(process.argv.slice(2));
  if (bench.help) return console.log(USAGE);
  // One line that is written anew on a terminal, lines elsewhere.
  const say = text => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : text && `${text}\n`);
  bench.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'versus-'));
  Object.assign(bench, { width: 375, height: 667, shop: path.join(ROOT, 'examples/shop'), rowsProgram: path.join(HERE, 'rows') });
  const rows = pathToFileURL(path.join(HERE, 'pages/rows.html')).href;
  bench.rowsPage = count => `${rows}?rows=${count}`;
  try {
    if (!fs.existsSync(bench.pellicle)) throw new Error(`${bench.pellicle} is not there: cargo build --release -p pellicle, or name one with --pellicle`);
    bench.shopPage = shopPage(bench.pellicle, bench.shop, bench.folder);
    const peers = [], report = { machine: machine(), rounds: bench.rounds, rows: bench.rows, idle: bench.idle, peers: [] };
    for (const peer of PEERS.filter(peer => !bench.peers || bench.peers.includes(peer.id))) {
      const version = await peer.open(bench);
      report.peers.push({ id: peer.id, title: peer.title, version, install: peer.install });
      if (version !== null) peers.push(peer);
    }
    // Profiles, files in the system's caches: the first starts of all count for nothing.
    for (const peer of peers) {
      say(`warm-up: ${peer.title}`);
      for (const start of [peer.headless, peer.window]) await start?.call(peer, bench.shopPage, { idle: 0 }).catch(() => {});
    }
    Object.assign(report, await measure(bench, peers, say));
    say('');
    report.machine.loadAfter = os.loadavg()[0];
    const all = figures(bench.rows);
    console.log(terminal(report, all));
    if (bench.json) fs.writeFileSync(bench.json, `${JSON.stringify(report, null, 1)}\n`);
    if (bench.docs) {
      fs.writeFileSync(path.join(HERE, 'RESULTS.md'), markdown(report, all));
      fs.writeFileSync(path.join(HERE, 'results.svg'), plot(report, all));
    }
  } finally {
    for (const peer of PEERS) await peer.close();
    fs.rmSync(bench.folder, { recursive: true, force: true });
  }
}

main().catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
