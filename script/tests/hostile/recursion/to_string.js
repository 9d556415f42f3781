// harmless
const o = { toString: () => '' + o }; '' + o
