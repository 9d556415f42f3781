// harmless
JSON.parse('1' + '0'.repeat(1e7))
