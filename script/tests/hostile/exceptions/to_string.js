// error
throw { toString() { throw new Error('again') } }
