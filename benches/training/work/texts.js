// Texts: put together, taken apart, matched, read as a language.
class Writer {
  constructor() { this.text = ''; this.depth = 0; }
  line(words) { this.text += '  '.repeat(this.depth) + words + '\n'; return this; }
  block(name, body) { this.line(name + ' {'); this.depth++; body(this); this.depth--; return this.line('}'); }
}

exports.writing = () => {
  const writer = new Writer();
  for (let i = 0; i < 150; i++) writer.block(`.c${i}`, inner => { inner.line('width: ' + i * 2 + 'px;').line(`color: #${(i * 4099).toString(16).padStart(6, '0')};`); });
  let joined = '';
  const parts = writer.text.split('\n');
  for (const part of parts) joined += part.trim() + ' ';
  return writer.text.length + ':' + joined.length + ':' + parts[40];
};

exports.searching = () => {
  const words = 'the quick brown fox jumps over the lazy dog while a slow green turtle walks under an old stone bridge'.split(' ');
  let text = '';
  for (let i = 0; i < 600; i++) text += words[(i * 7) % words.length] + (i % 11 ? ' ' : '. ');
  let at = 0, found = 0;
  while ((at = text.indexOf('stone', at)) >= 0) { found++; at += 5; }
  const counts = {};
  text.split(/[\s.]+/).forEach(word => { if (word) counts[word] = (counts[word] || 0) + 1; });
  const caps = text.replace(/\b([a-z])(\w*)/g, (_, first, rest) => first.toUpperCase() + rest).slice(0, 40);
  return [found, Object.keys(counts).length, counts.fox, caps, text.includes('turtle'), text.startsWith('the'), text.lastIndexOf('old')].join('|');
};

exports.patterns = () => {
  const lines = [];
  for (let i = 0; i < 200; i++) lines.push(`2024-0${i % 9 + 1}-1${i % 10} user${i}@example.org GET /goods/${i}?page=${i % 5}&sort=price "ok" ${200 + i % 4}`);
  let sum = 0;
  const line = /^(\d{4})-(\d\d)-(\d\d) (\S+)@(\S+) (GET|POST) (\S+)/;
  for (const one of lines) {
    const match = line.exec(one);
    if (match) sum += Number(match[2]) + +match[3] + match[4].length;
    if (/page=[23]/.test(one)) sum++;
    const query = /\?(.*?) /.exec(one)[1].split('&').map(pair => pair.split('='));
    sum += query.length + (one.match(/o/g) || []).length;
  }
  return sum;
};

exports.characters = () => {
  const source = 'function f(a,b){return a+b*(2-a)/3;} // \u4e2d\u6587 "text" \u{1f600}'.repeat(30);
  let hash = 5381, letters = 0;
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    hash = ((hash << 5) + hash + code) | 0;
    if (code >= 97 && code <= 122 || source[i] === '_') letters++;
  }
  let mirrored = '';
  for (const char of source.slice(0, 200)) mirrored = char + mirrored;
  return hash + ':' + letters + ':' + mirrored.length + ':' + encodeURIComponent(source.slice(0, 60)).length + source.toUpperCase().substring(3, 9);
};

// A small language: tokens, a tree by precedence, a value.
const PRECEDENCE = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2 };
function tokens(text) {
  const found = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === ' ') { at++; continue; }
    if (char >= '0' && char <= '9') {
      let end = at;
      while (end < text.length && /[0-9.]/.test(text[end])) end++;
      found.push({ kind: 'number', value: parseFloat(text.slice(at, end)) });
      at = end;
    } else if (char >= 'a' && char <= 'z') {
      let name = '';
      while (at < text.length && text[at] >= 'a' && text[at] <= 'z') name += text[at++];
      found.push({ kind: 'name', value: name });
    } else {
      found.push({ kind: 'sign', value: char });
      at++;
    }
  }
  return found;
}
function parse(list) {
  let at = 0;
  function primary() {
    const token = list[at++];
    if (!token) throw new SyntaxError('the text ends');
    switch (token.kind) {
      case 'number': return { type: 'number', value: token.value };
      case 'name': return { type: 'name', name: token.value };
      default:
        if (token.value !== '(') throw new SyntaxError('unexpected ' + token.value);
        const inner = binary(0);
        at++;
        return inner;
    }
  }
  function binary(least) {
    let left = primary();
    while (list[at] && PRECEDENCE[list[at].value] > least) {
      const sign = list[at++].value;
      left = { type: 'binary', sign, left, right: binary(PRECEDENCE[sign]) };
    }
    return left;
  }
  return binary(0);
}
function value(node, names) {
  if (node.type === 'number') return node.value;
  if (node.type === 'name') { if (!(node.name in names)) throw new Error('no ' + node.name); return names[node.name]; }
  const left = value(node.left, names), right = value(node.right, names);
  switch (node.sign) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '/': return left / right;
    case '%': return left % right;
  }
}
exports.language = () => {
  let sum = 0, failed = 0;
  for (let i = 0; i < 60; i++) {
    try { sum += value(parse(tokens(`(${i} + abc * 2) * (7 - ${i % 4}) / x + 3.5 % ${i + 2} - ${i % 9 ? 'y' : 'z'} * (`.slice(0, i % 5 ? -4 : undefined))), { abc: 4, x: 8, y: 1 }); }
    catch (error) { failed += error instanceof SyntaxError ? 1 : 10; }
  }
  return sum.toFixed(3) + ':' + failed;
};

exports.json = () => {
  const rows = [];
  for (let i = 0; i < 120; i++) rows.push({ id: i, name: 'n"' + i, price: i / 7, tags: ['a', null, true], note: i % 3 ? undefined : '\u00e9\n' });
  const text = JSON.stringify({ rows, at: new Date(0) });
  const back = JSON.parse(text, (key, field) => (key === 'price' ? Math.round(field) : field));
  return text.length + ':' + back.rows[50].price + JSON.stringify(back.rows[3], null, 2).length;
};
