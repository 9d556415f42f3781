Page({
  data: {
    told: [],
    files: [
      { url: '/images/leaf.png' },
      { url: '/images/leaf.png?failed', error: true },
    ],
  },
  onLoad() {
    this.setData({ select: this.select.bind(this), upload: this.upload.bind(this) });
  },
  select(files) {
    return files.tempFilePaths.length < 3;
  },
  upload(files) {
    return new Promise((resolve, reject) => {
      setTimeout(() => {
        if (this.data.refuse) {
          reject(new Error('refused'));
        } else {
          resolve({ urls: files.tempFilePaths });
        }
      }, 200);
    });
  },
  note(event) {
    this.setData({ told: this.data.told.concat(event.type) });
  },
  refuse() {
    this.setData({ refuse: true });
  },
});
