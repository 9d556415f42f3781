Page({
  data: {
    told: [],
    content: `
      <style>.lead { color: #0052d9 }</style>
      <h2 id="top">The garden</h2>
      <p class="lead">A <b>bold</b> and an <i>oblique</i> word, a<sub>1</sub> and an <a href="#end">anchor</a>.</p>
      <ul><li>Ash</li><li>Birch<ol><li>Silver</li><li>Downy</li></ol></li></ul>
      <table border="1"><tr><td>Leaf</td><td>Colour</td></tr><tr><td>Ash</td><td>green</td></tr></table>
      <blockquote>Said by somebody</blockquote>
      <img src="/images/leaf.png" width="60" alt="leaf">
      <div style="height: 900px"></div>
      <p id="end">The <a href="/pages/index/index">end</a></p>`,
  },
  note(event) {
    this.setData({ told: this.data.told.concat(event.type) });
  },
  link(event) {
    this.setData({ link: event.detail.href });
  },
  read() {
    this.setData({ text: this.selectComponent('#article').getText() });
  },
  jump() {
    this.selectComponent('#article').navigateTo('end');
  },
});
