// harmless
for (const n of ['process', 'Deno', 'require.main', 'fetch', 'XMLHttpRequest', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'importScripts']) { if (typeof globalThis[n] !== 'undefined') throw new Error(n) }
