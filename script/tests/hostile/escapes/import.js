// harmless
return import('fs').then(() => { throw new Error('escaped') }, () => {})
