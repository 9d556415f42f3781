const money = (cents) => `${(cents / 100).toFixed(2)} EUR`

// `wx.pay`, `wx.getWallet` and `wx.onWalletChange` are the host's: any other one may not have them.
Page({
  data: {
    wallet: '…',
    said: '',
    shows: [
      { id: 'quartet', name: 'String quartet', when: 'Friday, 8 pm', cents: 2400 },
      { id: 'film', name: 'Silent film with organ', when: 'Saturday, 6 pm', cents: 1150 },
      { id: 'lecture', name: 'Lecture on moths', when: 'Sunday, 11 am', cents: 400 },
      { id: 'opera', name: 'Opera', when: 'Sunday, 7 pm', cents: 98000 },
    ].map((show) => ({ ...show, price: money(show.cents), bought: false })),
  },
  onLoad() {
    if (!wx.canIUse('pay')) return this.setData({ wallet: 'none', said: 'This app cannot pay.' })
    wx.getWallet({ success: ({ cents }) => this.setData({ wallet: money(cents) }) })
    wx.onWalletChange(({ cents }) => this.setData({ wallet: money(cents) }))
  },
  buy({ currentTarget }) {
    const index = currentTarget.dataset.index
    const show = this.data.shows[index]
    if (show.bought || this.paying) return
    this.paying = true
    wx.pay({
      order: show.id,
      about: show.name,
      cents: show.cents,
      success: ({ receipt }) => this.setData({ [`shows[${index}].bought`]: true, said: `Paid, receipt ${receipt}.` }),
      fail: ({ errMsg }) => this.setData({ said: `Not paid: ${errMsg.replace(/^pay:fail ?/, '')}` }),
      complete: () => (this.paying = false),
    })
  },
})
