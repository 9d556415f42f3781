//! What stands around a package file when it runs.
//!
//! The names that a browser has and a mini-program has not (`window`, `document`, …) are parameters of a function
//! around the file that nobody passes: `typeof window` works and `window.x` throws, as on the platform. They are in
//! an outer function so that a file may declare such a name itself.

use super::LineMap;
use crate::realm::ScriptFrame;

/// What stands before a file's own text, on its first line.
pub(crate) const PREFIX: &str = "(function(window,document,frames,self,location,navigator,localStorage,history,screen,alert,\
                      confirm,prompt,fetch,XMLHttpRequest,WebSocket){return function(require,module,exports,\
                      __pellicle_module){";
/// What stands behind it.
pub(crate) const SUFFIX: &str = "\n;}})()";

/// Helpers of rewritten modules (see `modules::module_syntax`): `e` declares exports, `d` and `n` make the default and
/// the namespace of what was required, `s` exports everything of another module, `i` is `import()`.
pub(crate) const HELPER_SOURCE: &str = "(()=>{const D=Object.defineProperty,K=Object.keys,P=Object.prototype.hasOwnProperty,
C=P.call.bind(P),N=m=>{if(m&&m.__esModule)return m;const o={};
if(m!=null&&(typeof m==='object'||typeof m==='function'))for(const k of K(m))if(k!=='default')
D(o,k,{enumerable:true,get:()=>m[k]});D(o,'default',{enumerable:true,value:m});return o};
return{e(x,g){D(x,'__esModule',{value:true,configurable:true});
for(const k of K(g))D(x,k,{enumerable:true,configurable:true,get:g[k]})},
d:m=>m&&m.__esModule?m:{default:m},n:N,
s(x,m){if(m!=null)for(const k of K(m))if(k!=='default'&&!C(x,k))D(x,k,{enumerable:true,configurable:true,get:()=>m[k]})},
i:(r,id)=>r.async(id).then(N),
w(f,names,values,fields,own,line,file){D(f,'__worklet',{configurable:true,value:{names,values,fields,own,line,file}});return f}}})()";

/// The place in a package file of a place in the code that ran for it.
pub(crate) fn unwrapped(mut frame: ScriptFrame, map: Option<&LineMap>) -> ScriptFrame {
    if frame.line == 0 {
        return frame;
    }
    if frame.line == 1 {
        frame.column = frame.column.saturating_sub(PREFIX.len() as u32).max(1);
    }
    if let Some(map) = map {
        (frame.line, frame.column) = map.original(frame.line, frame.column);
    }
    frame
}
