// A peer's window with the shop on a display in memory: when it is seen first, what memory it takes, what it does then.
'use strict';
const { activity, memory, sleep, start, stop } = require('./processes');
const { Screen, showsShop } = require('./screen');

// The longest that a window may take to show the page, ms.
const LIMIT = 60000;

async function openWindow(bench, command, args, { idle, environment = {} }) {
  const screen = await Screen.open();
  if (!screen) throw new Error('Xvfb did not start');
  const env = { ...process.env, ...environment, DISPLAY: screen.display };
  delete env.WAYLAND_DISPLAY;
  const child = start(command, args, { env });
  try {
    const seen = await Promise.race([screen.until(showsShop, LIMIT), child.ended.then(() => null)]);
    if (seen === null) throw new Error('its window did not show the page');
    await sleep(bench.rest);
    const bytes = memory(child.pid);
    const used = idle ? await activity(child.pid, () => sleep(idle * 1000)) : {};
    return { start: seen - child.started, memory: bytes, ...used };
  } finally {
    await stop(child);
    await screen.close();
  }
}

module.exports = { openWindow };
