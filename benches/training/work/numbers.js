// Numbers: loops, recursion, bits, money, dates.
exports.primes = () => {
  const composite = [];
  let count = 0;
  for (let i = 2; i < 3000; i++) {
    if (!composite[i]) { count++; for (let j = i * i; j < 3000; j += i) composite[j] = true; }
  }
  return count;
};

function fibonacci(n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
const queens = (size, row = 0, columns = 0, left = 0, right = 0) => {
  if (row === size) return 1;
  let count = 0;
  for (let x = 0; x < size; x++) {
    const bit = 1 << x;
    if (columns & bit || left & (1 << (row + x)) || right & (1 << (row - x + size))) continue;
    count += queens(size, row + 1, columns | bit, left | (1 << (row + x)), right | (1 << (row - x + size)));
  }
  return count;
};
exports.recursion = () => fibonacci(15) + ':' + queens(6);

exports.floats = () => {
  let inside = 0;
  for (let y = -12; y < 12; y++) {
    for (let x = -20; x < 10; x++) {
      let a = 0, b = 0, n = 0;
      while (n < 20 && a * a + b * b < 4) { const t = a * a - b * b + x / 10; b = 2 * a * b + y / 10; a = t; n++; }
      if (n === 20) inside++;
    }
  }
  let wave = 0;
  for (let i = 0; i < 300; i++) wave += Math.floor(Math.abs(Math.sin(i / 10)) * 100) + Math.max(i % 7, i % 5) + Math.min(i, 3) + Math.sqrt(i * i);
  return inside + ':' + wave;
};

class Generator {
  constructor(seed) { this.state = seed >>> 0; }
  next() { this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0; return this.state; }
  within(limit) { return Math.floor(this.next() / 4294967296 * limit); }
}
exports.chances = () => {
  const dice = new Generator(42), rolls = {};
  for (let i = 0; i < 1500; i++) { const roll = dice.within(6) + dice.within(6) + 2; rolls[roll] = (rolls[roll] || 0) + 1; }
  const deck = [];
  for (const suit of ['c', 'd', 'h', 's']) for (let rank = 1; rank <= 13; rank++) deck.push({ suit, rank });
  for (let i = deck.length - 1; i > 0; i--) { const j = dice.within(i + 1); [deck[i], deck[j]] = [deck[j], deck[i]]; }
  return Object.keys(rolls).map(roll => rolls[roll]).join('.') + deck.slice(0, 5).map(({ suit, rank }) => suit + rank).join('');
};

exports.dates = () => {
  const day = 86400000, start = new Date(2024, 0, 28).getTime();
  const weeks = [];
  let week = [], sum = 0;
  for (let i = 0; i < 120; i++) {
    const date = new Date(start + i * day);
    week.push({ day: date.getDate(), month: date.getMonth() + 1, label: [date.getFullYear(), ('0' + (date.getMonth() + 1)).slice(-2), ('0' + date.getDate()).slice(-2)].join('-'), isRest: date.getDay() % 6 === 0 });
    if (week.length === 7) { weeks.push(week); week = []; }
    sum += new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
  }
  return sum + weeks[3][2].label + weeks.reduce((rest, one) => rest + one.filter(({ isRest }) => isRest).length, 0);
};

exports.money = () => {
  let total = 0;
  const basket = [];
  for (let i = 0; i < 300; i++) basket.push({ price: (i * 199 % 5000) / 100, count: i % 4 + 1, off: i % 6 ? 0 : 0.15 });
  for (let i = 0; i < basket.length; i++) {
    const { price, count, off } = basket[i];
    total += Math.round(price * count * (1 - off) * 100) / 100;
  }
  return total.toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ',') + parseInt('12px', 10) + Number('3.5e2') + (255).toString(2);
};
