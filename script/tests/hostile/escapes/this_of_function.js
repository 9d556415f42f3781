// harmless
if (Function('return this')().process) throw new Error('process')
