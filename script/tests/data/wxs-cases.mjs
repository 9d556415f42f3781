// Writes wxs-cases.jsonl: bodies of functions and what they return, as Node runs them.
// Usage: TZ=Asia/Shanghai node wxs-cases.mjs > wxs-cases.jsonl
const getRegExp = (p, f) => new RegExp(p, f);
const getDate = (...a) => (a.length ? new Date(...a) : new Date(1705284000000));
const show = v => v === undefined ? 'undefined' : typeof v === 'number' ? (Object.is(v, -0) ? '0' : String(v))
  : typeof v === 'string' ? JSON.stringify(v) : v === null || typeof v === 'boolean' ? String(v)
  : Array.isArray(v) ? '[' + Array.from(v, show).join(',') + ']' : typeof v === 'function' ? 'function'
  : '{' + Object.keys(v).map(k => k + ':' + show(v[k])).join(',') + '}';
const bodies = String.raw`
return 1 + 2 * 3 - 4 / 2 % 3
return [5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, -16 >> 2, -16 >>> 28, 2 ** 3 ** 2]
return [1 < 2, 'a' < 'b', '10' < '9', 10 < '9', null >= 0, undefined == null, NaN != NaN]
return [typeof 1, typeof 'a', typeof undefined, typeof null, typeof {}, typeof [], typeof function () {}, typeof nope]
return [1 == '1', 0 == '', '' == null, [1] == 1, [] == false, '1' === 1, true == '1']
return [0 || 'a', 1 && 'b', null ?? 'c', !1, !!'x', void 0]
return ['1' + 2, 1 + '2', 1 + null, 1 + undefined, [] + {}, [1, [2, 3]] + '', true + true, '5' * '2', 'a' * 1]
return [0.1 + 0.2, 1e21, 1e-7, 123456789012345680000, 1 / 3, -1 / 0, 5e-324, 100, 1.50]
var a = 1; a += 2; a -= 1; a *= 6; a /= 3; a %= 3; a <<= 3; a |= 1; a ^= 2; a &= 14; a >>= 1; a >>>= 0; return a
var a = 1, b = a++ + ++a - a-- - --a; return [a, b]
var o = { n: 1, l: [1, 2] }; o.n++; ++o.n; o['n'] += 5; o.l[0]--; o.l[1] *= 3; return [o, o.n++, --o.l[1], o]
var s = ''; for (var i = 0; i < 5; i++) { if (i === 1) continue; if (i === 4) break; s += i } return s
var s = 0, i = 0; while (true) { if (++i > 10) break; if (i % 2) continue; s += i } return s
var i = 0; do { i++ } while (i < 5); return i
var r = []; for (var k in { b: 1, a: 2, 2: 3, 1: 4 }) r.push(k); return r
var r = []; for (var k in ['x', 'y']) r.push(k); for (var v of 'ab') r.push(v); return r
var o = {}; for (o.k in { p: 1, q: 2 }); return o
function f(x) { switch (x) { case 1: return 'one'; case 2: case 3: return 'few'; default: return 'many' } } return [f(1), f(2), f(3), f(4), f('1')]
var r = []; switch (2) { case 1: r.push(1); case 2: r.push(2); case 3: r.push(3); break; case 4: r.push(4) } return r
var r = []; for (var i = 0; i < 3; i++) { switch (i) { case 1: continue; default: r.push(i) } } return r
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } return fib(15)
var fact = function me(n) { return n <= 1 ? 1 : n * me(n - 1) }; return fact(10)
function make() { var n = 0; return { up: function () { return ++n }, get: function () { return n } } } var c = make(), d = make(); c.up(); c.up(); d.up(); return [c.get(), d.get()]
var r = [1, 2, 3].map(function (x) { return function () { return x * 10 } }); return [r[0](), r[2]()]
function f() { return arguments.length + ':' + arguments[1] } return [f(), f(1, 2, 3)]
function f(a, b) { return [a, b] } return [f(1), f(1, 2, 3)]
function f(a, b = a + 1, c = 'z') { return [a, b, c] } return [f(1), f(1, undefined, 3), f(1, null)]
return f(2); function f(x) { return x + g(x) } function g(x) { return x * 2 }
var x = 1; { let x = 2; const y = 3; x += y } return x
var f = x => x + 1, g = (a, b) => { return a * b }; return [f(1), g(2, 3), [1, 2].map(x => ({ v: x }))]
var a = 1, b = 2; return { a, b, c: 3, 'd-e': 4, [a + 'k']: 5, 6: 7, ...{ z: 1 } }
return [...[1, 2], ...'ab', 3]
var o = { f: function () { return this.v }, v: 7 }; return o.f()
var o = { a: { b: null } }; return [o?.a?.b, o.x?.y.z, o.x?.[1], o.f?.(1), o.a?.b?.c]
var a = null; a ??= 5; var b = 0; b ||= 6; var c = 1; c &&= 7; return [a, b, c]
return (1, 2, 3)
var x = 5; var t = ${'`'}a${'$'}{x + 1}b${'$'}{'c'}${'`'}; return t
var o = { a: 1, b: 2 }; delete o.a; return [o, 'a' in o, 'b' in o, delete o.zz]
return ['abc'.charAt(1), 'abc'.charCodeAt(1), 'abc'.indexOf('c'), 'abcabc'.lastIndexOf('b'), 'abc'.indexOf('x'), 'abcabc'.indexOf('a', 1)]
return ['a-b-c'.split('-'), 'abc'.split(''), 'a,b,c'.split(',', 2), 'abc'.split(), ''.split(','), ''.split('')]
return ['hello'.slice(1, 3), 'hello'.slice(-3), 'hello'.slice(3, 1), 'hello'.substring(3, 1), 'hello'.substring(-1, 2), 'hello'.substr(1, 2), 'hello'.substr(-3, 2)]
return [' a '.trim(), 'Ab'.toLowerCase(), 'Ab'.toUpperCase(), 'ab'.concat('c', 1), 'ab'.repeat(2), '5'.padStart(3, '0'), '5'.padEnd(3, 'xy'), 'abc'.includes('b'), 'abc'.startsWith('ab'), 'abc'.endsWith('bc')]
return ['aXbX'.replace('X', 'y'), 'aXbX'.replaceAll('X', '$&$&'), 'abc'.replace('b', function (m, i, s) { return m + i + s }), 'a.b'.replace('.', '$$'), 'abc'.replace('', '_')]
return ['中文字'.length, '😀a'.length, '😀a'.slice(2), '中文字'.charAt(1), '中文'.charCodeAt(0), '中文'.indexOf('文')]
return ['b'.localeCompare('a'), 'a' == 'a', 'abc'[1], 'abc'[5], 'abc'.at(-1), 'abc'.codePointAt(0)]
return 'a1b22'.replace(getRegExp('[0-9]+', 'g'), function (m, i) { return '<' + m + i + '>' })
return ['2024-01-15'.replace(getRegExp('(\\d+)-(\\d+)-(\\d+)'), '$3/$2/$1$4$$'), 'aaa'.replace(getRegExp('a', 'g'), 'b'), 'abc'.replace(getRegExp('(?:b)'), '[$' + '\x60' + '|$&|$' + "']")]
return [getRegExp('^\\d+$').test('12'), getRegExp('^\\d+$').test('1a'), getRegExp('A', 'i').test('a'), getRegExp('^b', 'm').test('a\nb')]
var m = getRegExp('(\\w)(\\d)?').exec('-a'); return [m[0], m[1], m[2], m.index, m.input, m.length]
var r = getRegExp('\\{(\\w+)\\}', 'g'), m, out = []; while ((m = r.exec('{a} {b}')) !== null) out.push(m[1] + m.index + ':' + r.lastIndex); return out
return ['a1b2'.match(getRegExp('\\d', 'g')), 'a1b2'.match(getRegExp('(\\d)'))[1], 'abc'.match(getRegExp('x')), 'abc'.search(getRegExp('c'))]
return ['a1b2c'.split(getRegExp('\\d')), 'a1b2c'.split(getRegExp('(\\d)')), 'abc'.split(getRegExp('')), 'a, b ,c'.split(getRegExp('\\s*,\\s*'))]
return ['{a}"b"'.replace(getRegExp('{|}|"', 'g'), ''), 'a{b}c'.replace(getRegExp('{b}'), 'x'), 'x-y_z'.replace(getRegExp('[-_]', 'g'), '.'), 'a]b'.replace(getRegExp(']'), '')]
return ['fooBar'.replace(getRegExp('[A-Z]', 'g'), function (c) { return '-' + c.toLowerCase() }), 'ab'.replace(getRegExp('(a)(b)'), '$2$1$10$3')]
var r = getRegExp('a', 'g'); return [r.source, r.global, r.ignoreCase, r.multiline, r.lastIndex, r.test('aa'), r.lastIndex, r.test('aa'), r.test('aa'), r.lastIndex]
return [[3, 1, 2].sort(), [10, 9, 1].sort(), [3, 1, 2].sort(function (a, b) { return b - a }), ['b', undefined, 'a'].sort(), [1, 2, 3].reverse()]
var a = [1, 2, 3, 4, 5]; var b = a.splice(1, 2, 'x', 'y', 'z'); return [a, b, a.splice(-1), a, a.slice(1, -1)]
var a = [1]; return [a.push(2, 3), a.pop(), a.unshift(0), a.shift(), a, [].pop(), [].shift()]
return [[1, 2].concat(3, [4, [5]]), [1, 2, 3].indexOf(2), [1, 2, 1].lastIndexOf(1), [NaN].indexOf(NaN), [NaN].includes(NaN), [1, 2].join('-'), [null, undefined, 1].join()]
return [[1, 2, 3].filter(function (x) { return x > 1 }), [1, 2].every(function (x) { return x }), [0, 0].some(function (x) { return x }), [1, 2, 3].reduce(function (a, b) { return a + b }), [1, 2].reduce(function (a, b, i) { return a + b + i }, 'x'), ['a', 'b'].reduceRight(function (a, b) { return a + b })]
return [[1, 2, 3].find(function (x) { return x > 1 }), [1, 2].findIndex(function (x) { return x > 5 }), [1, [2, [3]]].flat(), [0, 0, 0].fill(1, 1), Array.isArray([]), Array.isArray({})]
var a = []; a[2] = 1; a.length = 5; var n = a.length; a.length = 1; return [n, a.length, a]
var log = []; [1, 2].forEach(function (x, i, all) { log.push(x + i + all.length) }); return log
var r = [5, 3, 8, 1, 9, 2].sort(function (a, b) { return a - b }); return r
return [(1234.5678).toFixed(2), (0.5).toFixed(0), (1.45).toFixed(1), (255).toString(16), (0.1).toString(2).length, (1e21).toFixed(2), (12345.678).toPrecision(3), (0.00001).toString(), (25).toExponential()]
return [parseInt('12px'), parseInt('0x1f'), parseInt('z', 36), parseFloat('3.14abc'), Number(''), Number(' 12 '), Number('1a'), Number(null), Number([]), Number(true), isNaN('x'), isFinite('5')]
return [Math.max(), Math.max(1, '3', 2), Math.min(1, NaN), Math.round(-0.5), Math.round(2.5), Math.round(-2.5), Math.floor(-1.5), Math.ceil(1.2), Math.abs('-3'), Math.pow(2, 10), Math.sign(-3), Math.trunc(-4.7)]
return [JSON.stringify({ a: [1, 'x"y', null, undefined, true], b: undefined, c: { d: 1 } }), JSON.stringify('中\n'), JSON.stringify(NaN), JSON.stringify([function () {}]), JSON.stringify(undefined)]
return JSON.stringify({ a: [1, { b: 2 }], c: [], d: {} }, null, 2)
return [JSON.parse('{"a":[1,2,{"b":null}],"c":"\\u4e2d"}'), JSON.parse('3'), JSON.parse('"x"')]
return [Object.keys({ b: 1, a: 2, 1: 3 }), Object.values({ a: 1 }), Object.entries({ a: 1 }), Object.assign({ a: 1 }, { b: 2 })]
return [{ a: 1 }.hasOwnProperty('a'), { a: 1 }.hasOwnProperty('b'), [1].hasOwnProperty(0), {}.toString(), [1, [2]].toString(), (5).toString(), true.toString()]
function f(a, b) { return [this && this.x, a, b] } return [f.call({ x: 1 }, 2, 3), f.apply({ x: 4 }, [5, 6])]
return [encodeURIComponent('a b&中'), decodeURIComponent('a%20b%26%E4%B8%AD'), encodeURI('http://a/b?c=d e'), decodeURI('%41%2F')]
var d = getDate(2024, 0, 15, 10, 30, 5, 7); return [d.getFullYear(), d.getMonth(), d.getDate(), d.getDay(), d.getHours(), d.getMinutes(), d.getSeconds(), d.getMilliseconds(), d.getTime(), d.toISOString(), JSON.stringify(d)]
var d = getDate(2024, 0, 31); d.setMonth(1); var e = getDate(2024, 1, 32); e.setDate(0); d.setHours(25, 61); return [d.getTime(), e.getTime(), getDate(99, 0).getFullYear(), getDate(NaN).getTime(), getDate(2024, 12, 0).getDate()]
return [getDate('2024-01-15').getTime(), getDate('2024-01-15T10:00:00').getTime(), getDate('2024/1/5 03:04:05').getTime(), getDate('2024-01-15T02:00:00.250Z').getTime(), getDate('Jan 5, 2024 10:00').getTime(), getDate('nope').getTime(), getDate('2024-01-15T10:00:00+09:00').getTime()]
return [Date.UTC(2020, 1, 29), Date.parse('2020-02-29T00:00:00Z'), getDate(0).getTimezoneOffset(), getDate(1e12) - getDate(0), getDate(5) + '' === getDate(5).toString(), getDate(-1).getUTCFullYear(), getDate(951782400000).toISOString()]
var total = 0; for (var i = 0; i < 10; i++) { var f = function () { return i }; total += f() } return total
var o = { a: { b: [1, { c: 2 }] } }; return [o.a.b[1].c, o['a']['b'][0], o.x]
if (0) { return 1 } else if ('') { return 2 } else { return 3 }
var a = 1
var b = 2
;[a, b] // not an assignment
return a
+ b
return [1,,3].length
`.trim().split('\n');
// The last cases span lines.
const cases = [...bodies.slice(0, -6), bodies.slice(-6, -1).join('\n'), bodies[bodies.length - 1]];
for (const code of cases) {
  let result;
  try { result = show(new Function('getRegExp', 'getDate', code)(getRegExp, getDate)); } catch (e) { result = 'throws'; console.error(code, e.message); }
  console.log(JSON.stringify({ code, result }));
}
