// Lists: callbacks, sorting, grids, queues, trees, typed arrays.
exports.callbacks = () => {
  const numbers = Array.from({ length: 2000 }, (_, i) => (i * 2654435761) % 1009);
  const even = numbers.filter(n => n % 2 === 0).map(n => n * 3).slice(10, 900);
  const groups = numbers.reduce((all, n) => { const key = 'g' + n % 13; (all[key] || (all[key] = [])).push(n); return all; }, {});
  let sum = 0;
  even.forEach((n, i) => { sum += n * (i % 3); });
  return [sum, even.indexOf(333), even.findIndex(n => n > 2900), numbers.some(n => n === 1008), numbers.every(n => n < 1009),
    Object.keys(groups).sort().map(key => groups[key].length).join('.'), even.includes(30), numbers.find(n => n > 1000)].join(' ');
};

exports.sorting = () => {
  const people = [];
  for (let i = 0; i < 500; i++) people.push({ name: 'p' + (i * 733) % 499, age: (i * 31) % 71, city: ['Rome', 'Oslo', 'Lima', 'Bern'][i % 4] });
  const byAge = people.slice().sort((a, b) => a.age - b.age);
  const byCity = [...people].sort(function (a, b) { return a.city < b.city ? -1 : a.city > b.city ? 1 : b.age - a.age || (a.name < b.name ? -1 : 1); });
  const names = people.map(person => person.name).sort();
  const numbers = people.map(person => person.age).sort((a, b) => b - a).reverse();
  return [byAge[100].name, byCity[200].name, names[77], numbers[250]].join();
};

exports.grids = () => {
  const size = 24;
  let grid = [];
  for (let y = 0; y < size; y++) { grid[y] = []; for (let x = 0; x < size; x++) grid[y][x] = (x * 5 + y * 3) % 7 < 3 ? 1 : 0; }
  for (let step = 0; step < 4; step++) {
    const next = grid.map(row => row.slice());
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        let around = 0;
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            if (dx === 0 && dy === 0) continue;
            const row = grid[y + dy];
            if (row && row[x + dx]) around++;
          }
        }
        next[y][x] = around === 3 || grid[y][x] && around === 2 ? 1 : 0;
      }
    }
    grid = next;
  }
  return grid.map(row => row.join('')).join('|');
};

exports.queues = () => {
  const edges = {};
  for (let i = 0; i < 300; i++) edges[i] = [(i * 7 + 1) % 300, (i * 3 + 2) % 300, (i + 150) % 300];
  const far = { 0: 0 }, queue = [0];
  while (queue.length) {
    const at = queue.shift();
    for (const next of edges[at]) {
      if (far[next] === undefined) { far[next] = far[at] + 1; queue.push(next); }
    }
  }
  const list = [];
  for (let i = 0; i < 400; i++) { if (i % 3) list.push(i); else list.unshift(i); if (i % 5 === 0) list.splice(i >> 1, 2, i, -i); if (i % 7 === 0) list.pop(); }
  return Object.values(far).reduce((a, b) => a + b, 0) + ':' + list.length + ':' + list.concat([1, [2, 3]], 4).flat().lastIndexOf(4);
};

exports.trees = () => {
  const grow = (depth, path) => ({ value: path, children: depth ? [0, 1, 2].map(i => grow(depth - 1, path * 3 + i)) : [] });
  const root = grow(5, 1);
  const walk = (node, visit, level = 0) => { visit(node, level); node.children.forEach(child => walk(child, visit, level + 1)); };
  let sum = 0;
  walk(root, (node, level) => { sum += node.value * level % 11; });
  const flat = [];
  const stack = [{ node: root, parent: null }];
  while (stack.length) { const { node, parent } = stack.pop(); flat.push({ id: node.value, parent: parent && parent.value }); for (let i = node.children.length - 1; i >= 0; i--) stack.push({ node: node.children[i], parent: node }); }
  const index = {};
  flat.forEach(item => { index[item.id] = { ...item, below: [] }; });
  flat.forEach(item => { if (item.parent !== null) index[item.parent].below.push(item.id); });
  return sum + flat.length + JSON.stringify(index[4].below);
};

exports.typed = () => {
  const bytes = new Uint8Array(4096), floats = new Float32Array(1024);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * i + 7) & 255;
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) { crc = (crc >>> 1) ^ (bytes[i] << 3) ^ (crc & 1 ? 0xedb88320 : 0); }
  for (let i = 0; i < floats.length; i++) floats[i] = bytes[i] / 3;
  const view = new DataView(bytes.buffer);
  return (crc >>> 0) + ':' + view.getUint32(16, true) + ':' + floats.slice(4, 8).join();
};
