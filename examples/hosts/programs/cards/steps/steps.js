const MOST = 12000

// Counts on while it is seen: a card that is out of sight has nothing to do.
Page({
  data: { today: 0, days: [] },
  onLoad({ n }) {
    this.steps = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'].map((day, at) => [day, 3000 + ((at * 2654 + n * 1777) % 8000)])
    this.count(0)
  },
  onShow() {
    this.timer = setInterval(() => this.count(7), 500)
  },
  onHide() {
    clearInterval(this.timer)
  },
  onUnload() {
    clearInterval(this.timer)
  },
  count(more) {
    const today = this.steps[this.steps.length - 1]
    today[1] = Math.min(today[1] + more, MOST)
    const days = this.steps.map(([day, steps]) => ({ day, share: Math.round((100 * steps) / MOST) }))
    this.setData({ today: today[1], days })
  },
})
