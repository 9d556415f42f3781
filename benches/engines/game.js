// A game of 2048: moves of a board by numbers from a seed, as the programs of the corpus write it.
module.exports = () => {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  class Board {
    constructor() { this.cells = Array.from({ length: 4 }, () => [0, 0, 0, 0]); this.score = 0; this.add(); this.add(); }
    add() {
      const free = [];
      this.cells.forEach((row, y) => row.forEach((cell, x) => { if (cell === 0) free.push({ x, y }); }));
      if (free.length === 0) return;
      const { x, y } = free[Math.floor(random() * free.length)];
      this.cells[y][x] = random() < 0.9 ? 2 : 4;
    }
    slide(row) {
      const kept = row.filter(cell => cell !== 0);
      for (let i = 0; i + 1 < kept.length; i++) {
        if (kept[i] === kept[i + 1]) { kept[i] *= 2; this.score += kept[i]; kept.splice(i + 1, 1); }
      }
      while (kept.length < 4) kept.push(0);
      return kept;
    }
    turn() { return this.cells[0].map((_, x) => this.cells.map(row => row[x]).reverse()); }
    move(direction) {
      for (let i = 0; i < direction; i++) this.cells = this.turn();
      const before = JSON.stringify(this.cells);
      this.cells = this.cells.map(row => this.slide(row));
      const moved = JSON.stringify(this.cells) !== before;
      for (let i = direction; i < 4; i++) this.cells = this.turn();
      if (moved) this.add();
      return moved;
    }
  }
  let total = 0;
  for (let game = 0; game < 6; game++) {
    const board = new Board();
    for (let still = 0; still < 4;) still = board.move(Math.floor(random() * 4)) ? 0 : still + 1;
    total += board.score;
  }
  return total;
};
