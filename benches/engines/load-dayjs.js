// dayjs is loaded, and writes a date.
module.exports = () => require('dayjs')('2024-02-29').add(1, 'year').format('YYYY/MM/DD');
