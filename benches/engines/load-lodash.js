// lodash is loaded for one function.
module.exports = () => require('lodash').chunk([1, 2, 3, 4, 5], 2).length;
