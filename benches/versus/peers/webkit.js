// WebKitGTK: MiniBrowser's window, and the same driven by WebDriver for updates.
'use strict';
const fs = require('fs'), http = require('http'), net = require('net');
const { execFileSync } = require('child_process');
const { sleep, start, stop } = require('../processes');
const { Screen } = require('../screen');
const { openWindow } = require('../window');

const FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/libexec'];
const VERSIONS = ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'];
// Rows of the longest list that it is asked for: an update takes it seconds there, and more than in proportion beyond.
const LONGEST = 10000;
const DRIVER = '/usr/bin/WebKitWebDriver';

class WebKit {
  id = 'webkit';
  title = 'WebKitGTK';
  install = 'apt-get install libwebkit2gtk-4.1-0 webkit2gtk-driver xvfb';

  async open(bench) {
    this.bench = bench;
    const places = FOLDERS.flatMap(folder => VERSIONS.map(version => `${folder}/${version}/MiniBrowser`));
    this.executable = [process.env.MINIBROWSER, ...places].find(place => place && fs.existsSync(place));
    if (!this.executable || !fs.existsSync(DRIVER)) return null;
    // It wants a display even to tell its version.
    const screen = await Screen.open();
    if (!screen) return null;
    try {
      const env = { ...process.env, DISPLAY: screen.display };
      return execFileSync(this.executable, ['--version'], { env, stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim();
    } finally {
      await screen.close();
    }
  }

  async close() {}

  window(url, options) {
    const { width, height } = this.bench;
    return openWindow(this.bench, this.executable, ['--private', `--geometry=${width}x${height + 80}`, url], options);
  }

  // Does `work` with a page that WebDriver drives: work(open, evaluate).
  async drive(work) {
    const screen = await Screen.open();
    if (!screen) throw new Error('Xvfb did not start');
    const port = await freePort();
    const env = { ...process.env, DISPLAY: screen.display };
    delete env.WAYLAND_DISPLAY;
    const child = start(DRIVER, [`--port=${port}`], { env });
    try {
      const send = (method, path, body) => request(port, method, path, body);
      await answers(port, child);
      const browser = { binary: this.executable, args: ['--automation'] };
      const { sessionId } = await send('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browser } } });
      const session = `/session/${sessionId}`;
      await send('POST', `${session}/timeouts`, { script: 600000, pageLoad: 600000 });
      const evaluate = expression => {
        const script = `const done = arguments[0]; Promise.resolve(${expression}).then(done)`;
        return send('POST', `${session}/execute/async`, { script, args: [] });
      };
      const outcome = await work(url => send('POST', `${session}/url`, { url }), evaluate);
      await send('DELETE', session);
      return outcome;
    } finally {
      await stop(child);
      await screen.close();
    }
  }

  // Updates among `rows` rows, ms until the page is laid out. What comes after that WebKit does not tell.
  updates(rows, operations) {
    if (rows > LONGEST) return null;
    return this.drive(async (open, evaluate) => {
      await open(this.bench.rowsPage(rows));
      const figures = {};
      for (const name of operations) figures[name] = { layout: await evaluate(`versus.layout('${name}', ${this.bench.least})`) };
      return figures;
    });
  }
}

// A port that nobody listens at.
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// Waits until the driver answers.
async function answers(port, child) {
  let over = false;
  child.ended.then(() => { over = true; });
  for (let tries = 0; tries < 500 && !over; tries += 1) {
    try {
      return await request(port, 'GET', '/status');
    } catch {
      await sleep(20);
    }
  }
  throw new Error('WebKitWebDriver does not answer');
}

function request(port, method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const sent = http.request({ host: '127.0.0.1', port, method, path, headers, timeout: 600000 }, answer => {
      const parts = [];
      answer.on('data', part => parts.push(part));
      answer.on('end', () => {
        try {
          const { value } = JSON.parse(Buffer.concat(parts).toString('utf8'));
          if (answer.statusCode === 200) resolve(value);
          else reject(new Error(`${path}: ${value?.message ?? answer.statusCode}`));
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

module.exports = { WebKit };
