// error
(function f() { 'use strict'; return f.caller })()
