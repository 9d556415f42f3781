// Texts that grow in loops: every way in which they are used, with what comes out. `node appends.js > appends.txt`
const ways = {
  plain(n) { let s = ''; for (let i = 0; i < n; i++) s += i + ','; return s },
  old(n) { var s = ''; for (var i = 0; i < n; i++) { s = s + i + ':' + (i % 3) } return s },
  numbers(n) { let s = ''; for (let i = 0; i < n; i++) s = s + i + 1; return s },
  read(n) { let s = 'a'; for (let i = 0; i < n; i++) { s += i; if (s.length % 7 === 0) s += '|'; } return s + s.length },
  itself(n) { let s = 'a'; for (let i = 0; i < n && s.length < 5000; i++) s += s.length + s.charAt(0); return s },
  trimmed(n) { let s = ''; for (let i = 0; i < n; i++) s += i + ', '; s = s.slice(0, -2); return s },
  mixed(n) { let s = ''; for (let i = 0; i < n; i++) { s += i; if (i === 5) s = i; if (i === 9) s = null } return s },
  object(n) { let s = ''; for (let i = 0; i < n; i++) s += { valueOf: () => i, toString: () => 'no' }; return s },
  date(n) { let s = ''; for (let i = 0; i < Math.min(n, 3); i++) s += { [Symbol.toPrimitive]: hint => hint + i }; return s },
  symbol(n) { let s = 'x'; try { for (let i = 0; i < n; i++) s += i === 3 ? Symbol() : i } catch (e) { s += e instanceof TypeError } return s },
  thrown(n) { let s = ''; for (let i = 0; i < n; i++) { try { s += (() => { if (i % 4 === 2) throw i; return i })() } catch (e) { s += '!' } finally { s += '.' } } return s },
  branches(n) { let s = ''; for (let i = 0; i < n; i++) i % 2 ? s += 'a' + i : s += 'b'; return s },
  guarded(n) { let s = ''; for (let i = 0; i < n; i++) i > 3 && (s += i, s += '-'); return s },
  update(n) { let s = ''; for (let i = 0; i < n; s += i++); return s },
  used(n) { let s = '', last = ''; for (let i = 0; i < n; i++) { s += i; last = (s += ';').slice(-3) } return s + last },
  counted(n) { let s = ''; for (let i = 0; i < n; i++) { s += i; if (i === 4) s++; } return String(s) },
  field(n) { let s = ''; for (let i = 0; i < n; i++) s += i; const o = { s, t: s, [s]: 1 }; return Object.keys(o).join() + o.s },
  template(n) { let s = ``; for (let i = 0; i < n; i++) s += `<${i}>`; return `[${s}]` },
  nested(n) { let all = ''; for (let i = 0; i < Math.min(n, 30); i++) { let s = ''; for (let j = 0; j < i; j++) s += j; all += s + '\n' } return all },
  shadow(n) { let s = ''; for (let i = 0; i < n; i++) { s += i; { let s = 'inner'; s += i } } return s },
  types(n) { let s = ''; for (let i = 0; i < n; i++) s += typeof s + i; return s },
  compare(n) { let s = ''; let hits = 0; for (let i = 0; i < n; i++) { s += 'ab'; if (s === 'abab') hits++; if (s > 'abababab') hits++ } return hits + s.slice(0, 20) },
  reset(n) { let s = '', out = []; for (let i = 0; i < n; i++) { s += i; if (i % 10 === 9) { out.push(s); s = '' } } return out.join('/') + s },
  either(n) { let s = ''; for (let i = 0; i < n; i++) { s += i; s = s.length > 50 ? 'cut' : `${i}` } return s },
  nothing(n) { let s = ''; for (let i = 0; i < n; i++) s += i % 2 ? undefined : null; return s },
  lines(n) {
    let s = ''
    for (let i = 0; i < n; i++)
      s +=
        i + '\n'
    s.length
    s
    return s
  },
  labels(n) { let s = ''; outer: for (let i = 0; i < n; i++) { for (let j = 0; j < 3; j++) { if (j === 2) continue outer; s += i * j } } return s },
  *generated(n) { let s = ''; for (let i = 0; i < n; i++) s += yield s.length; return s },
  wide(n) { let s = '中'; for (let i = 0; i < n; i++) s += '文🙂'; return s },
  hoisted(n) { const peek = () => see(); function see() { return s.length } let s = ''; for (let i = 0; i < n; i++) { s += i; if (peek() % 5 === 0) s += '!' } return s },
  early(n) { const seen = [s]; var s = ''; for (let i = 0; i < n; i++) s += i; return seen + s },
  params(n, s = '') { for (let i = 0; i < n; i++) s += i; return s },
  twice(n) { var s = '', t = ''; for (var i = 0; i < n; i++) s += i, t += s.length; return s + t },
  chained(n) { let s = '', t = ''; for (let i = 0; i < n; i++) { t = s += i } return t === s && s },
  large(n) { let s = ''; for (let i = 0; i < n * 100; i++) s += 'piece ' + i + ' of many; '; return s },
};
const hash = text => { let h = 7; for (let i = 0; i < text.length; i++) h = (h * 31 + text.charCodeAt(i)) | 0; return h };
const run = (way, n) => {
  let made = way(n);
  if (made && typeof made === 'object') { const it = made; let next = it.next(); while (!next.done) next = it.next(next.value + ';'); made = next.value }
  made = String(made);
  return made.length > 60 ? `${made.length} ${hash(made)} ${JSON.stringify(made.slice(0, 20))}` : JSON.stringify(made);
};
const lines = Object.keys(ways).map(name => `${name}: ${[0, 1, 12, 400].map(n => run(ways[name], n)).join(' ')}`).join('\n');
if (typeof module === 'undefined' || typeof process !== 'undefined') console.log(lines);
else module.exports = lines;
