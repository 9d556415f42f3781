const KEY = 'entries';

/** All entries, the newest first. */
function entries() {
  return wx.getStorageSync(KEY) || [];
}

/** Adds an entry, and gives all. */
function add(text) {
  const all = [{ id: Date.now() + '-' + Math.random(), text }, ...entries()];
  wx.setStorageSync(KEY, all);
  return all;
}

/** Takes an entry away, and gives those that are left. */
function remove(id) {
  const left = entries().filter((entry) => entry.id !== id);
  wx.setStorageSync(KEY, left);
  return left;
}

module.exports = { entries, add, remove };
