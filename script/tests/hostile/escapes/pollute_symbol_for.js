// harmless
if (Symbol.for('neighbour').description !== 'neighbour') throw new Error('symbol')
