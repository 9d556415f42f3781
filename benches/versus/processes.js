// What the processes of a peer use, from Linux's /proc: a browser is a tree of them.
'use strict';
const fs = require('fs');
const { spawn } = require('child_process');

const read = file => {
  try { return fs.readFileSync(file, 'utf8'); } catch { return ''; }
};

const parent = pid => {
  // The command's name stands in parentheses and may hold anything.
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

// A process and all that it started, by number.
function tree(root) {
  const all = fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number);
  const parents = new Map(all.map(pid => [pid, parent(pid)]));
  const within = pid => {
    for (let at = pid, n = 0; at > 1 && n < 64; at = parents.get(at), n += 1) if (at === root) return true;
    return false;
  };
  return all.filter(within);
}

// Bytes of memory of a tree: pages that processes share count once (PSS).
function memory(root) {
  let sum = 0;
  for (const pid of tree(root)) {
    const found = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
    if (found) sum += Number(found[1]) * 1024;
  }
  return sum;
}

// What each thread of a tree has used so far: ns on a processor, times that it went to sleep.
function threads(root) {
  const all = new Map();
  for (const pid of tree(root)) {
    let names = [];
    try { names = fs.readdirSync(`/proc/${pid}/task`); } catch { /* gone meanwhile */ }
    for (const name of names) {
      const task = `/proc/${pid}/task/${name}`;
      const cpu = Number(read(`${task}/schedstat`).split(' ')[0]) || 0;
      const slept = /^voluntary_ctxt_switches:\s+(\d+)/m.exec(read(`${task}/status`));
      all.set(`${pid}/${name}`, { cpu, slept: slept ? Number(slept[1]) : 0 });
    }
  }
  return all;
}

// What a tree uses while `wait` goes on: ms on a processor, and wake-ups.
async function activity(root, wait) {
  const before = threads(root);
  await wait();
  const after = threads(root);
  const used = { cpu: 0, wakeups: 0 };
  for (const [thread, now] of after) {
    const then = before.get(thread) || { cpu: 0, slept: 0 };
    used.cpu += (now.cpu - then.cpu) / 1e6;
    used.wakeups += now.slept - then.slept;
  }
  return used;
}

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

// Starts a command as the head of a process group of its own. `started` is on the clock of `Date.now`, with fractions of ms.
function start(command, args, options = {}) {
  const started = performance.timeOrigin + performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'], detached: true, ...options });
  child.ended = new Promise(resolve => {
    child.on('exit', code => resolve(code ?? 1));
    child.on('error', () => resolve(127));
  });
  child.started = started;
  return child;
}

// Ends what `start` started, all of it, and waits for it.
async function stop(child) {
  const others = child.pid ? tree(child.pid) : [];
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    try { process.kill(-child.pid, signal); } catch { /* it has ended */ }
    const ended = await Promise.race([child.ended.then(() => true), sleep(3000)]);
    if (ended) break;
  }
  // What has left the group.
  for (const pid of others) {
    try { process.kill(pid, 'SIGKILL'); } catch { /* it has ended */ }
  }
}

// Said behind a version: what cargo built without optimisation is told from what is shipped.
const built = file => (fs.realpathSync(file).split('/').includes('debug') ? ', a debug build' : '');

const now = () => performance.timeOrigin + performance.now();

module.exports = { activity, built, memory, now, sleep, start, stop, tree };
