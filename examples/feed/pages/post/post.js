const { make } = require('../../utils/posts');

Page({
  data: { post: { images: [] }, rest: [], comments: [] },
  onLoad({ id = 0 }) {
    const post = make(Number(id));
    this.setData({ post, rest: post.images.slice(1) });
  },
  reply() {
    const { comments } = this.data;
    this.setData({ comments: [...comments, `Reply number ${comments.length + 1}`] });
  },
});
