// Runs every piece of work some rounds, one a turn, and shows what each gave.
const pieces = Object.assign({}, require('../../work/objects'), require('../../work/lists'), require('../../work/texts'),
  require('../../work/numbers'), require('../../work/control'), require('../../work/state'), require('../../work/language'));

Page({
  data: { done: [], ended: false },
  async onLoad() {
    for (const name of Object.keys(pieces)) {
      await new Promise(resolve => setTimeout(resolve, 0));
      let gave;
      for (let round = 0; round < 3; round++) gave = await pieces[name]();
      this.setData({ [`done[${this.data.done.length}]`]: { name, gave: String(gave) } });
    }
    this.setData({ ended: true });
  },
});
