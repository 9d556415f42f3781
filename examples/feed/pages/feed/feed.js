const { page } = require('../../utils/posts');

const PAGE = 30;

Page({
  data: {
    posts: page(0, PAGE),
    stories: ['Today', 'Peaks', 'Water', 'Woods', 'Night', 'Snow', 'Coast'].map((label, id) => ({ id, label, image: `/images/view-${(id * 5 + 3) % 12}.jpg` })),
  },
  onReachBottom() {
    const { length } = this.data.posts;
    const added = {};
    page(length, PAGE).forEach((post, i) => {
      added[`posts[${length + i}]`] = post;
    });
    this.setData(added);
  },
  onPullDownRefresh() {
    this.setData({ posts: page(0, PAGE) }, () => wx.stopPullDownRefresh());
  },
  like({ detail }) {
    const at = this.data.posts.findIndex((post) => post.id === detail.id);
    const { liked, likes } = this.data.posts[at];
    this.setData({ [`posts[${at}].liked`]: !liked, [`posts[${at}].likes`]: likes + (liked ? -1 : 1) });
  },
});
