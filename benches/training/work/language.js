// The rest of what compilers and minifiers write: helpers, modules, `var`s, comma expressions, `void 0`.
var __assign = (this && this.__assign) || function () {
  __assign = Object.assign || function (t) {
    for (var s, i = 1, n = arguments.length; i < n; i++) { s = arguments[i]; for (var p in s) if (Object.prototype.hasOwnProperty.call(s, p)) t[p] = s[p]; }
    return t;
  };
  return __assign.apply(this, arguments);
};
var extendStatics = function (d, b) { extendStatics = Object.setPrototypeOf || function (d, b) { d.__proto__ = b; }; return extendStatics(d, b); };
function __extends(d, b) { extendStatics(d, b); function __() { this.constructor = d; } d.prototype = b === null ? Object.create(b) : (__.prototype = b.prototype, new __()); }

var Base = (function () {
  function Base(options) { void 0 === options && (options = {}); this.options = __assign({ size: 1, color: 'red' }, options); }
  Base.prototype.describe = function () { var t = this, e = t.options; return e.color + ':' + e.size; };
  return Base;
})();
var Child = (function (_super) {
  __extends(Child, _super);
  function Child() { var _this = _super !== null && _super.apply(this, arguments) || this; _this.kind = 'child'; return _this; }
  Child.prototype.describe = function () { return _super.prototype.describe.call(this) + '/' + this.kind; };
  return Child;
})(Base);
exports.transpiled = function () {
  for (var e = 0, n = 0, r; n < 300; n++) r = new Child(n % 2 ? { size: n } : void 0), e += r.describe().length, r = null;
  return e;
};

exports.bundled = function () {
  var modules = {
    1: function (t, e, n) { var r = n(2), o = n(3); e.run = function (t) { for (var e = 0, n = 0; n < t; n++) e = (e + r.mix(n, e)) % 1e6, n % 10 || o.note(e); return e + o.count(); }; },
    2: function (t, e) { e.mix = function (t, e) { return t ? e ? t ^ e : t << 1 : e >> 1; }; Object.defineProperty(e, '__esModule', { value: !0 }); },
    3: function (t, e) { var n = []; t.exports = { note: function (t) { n.length < 64 ? n.push(t) : n[t % 64] = t; }, count: function () { return n.length; } }; },
  };
  var kept = {};
  function require(t) { if (kept[t]) return kept[t].exports; var e = kept[t] = { i: t, l: !1, exports: {} }; return modules[t].call(e.exports, e, e.exports, require), e.l = !0, e.exports; }
  return require(1).run(2000);
};

exports.checks = function () {
  var list = [0, 1, '', 'a', null, undefined, NaN, true, [], {}, function () {}, /x/, new Date(0), Symbol.iterator], tags = {}, n = 0;
  for (var round = 0; round < 40; round++) {
    for (var i = 0; i < list.length; i++) {
      var it = list[i], tag = Object.prototype.toString.call(it).slice(8, -1);
      tags[tag] = (tags[tag] || 0) + 1;
      if (typeof it === 'function' || it == null || Array.isArray(it)) n++;
      else if (typeof it === 'object' ? it.constructor === Object : !it || it !== it) n += 2;
      n += it?.length ?? 1;
    }
  }
  return n + ':' + Object.keys(tags).sort().join();
};
