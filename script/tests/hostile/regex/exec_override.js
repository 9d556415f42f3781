// stopped or parked
RegExp.prototype.exec = () => ({ index: 0, 0: '', length: 1 }); 'a'.replace(/a/g, 'b')
