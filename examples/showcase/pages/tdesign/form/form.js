Page({
  data: {
    form: { name: 'Ada', tree: 'oak', rate: 3, count: 2 },
    rules: { name: [{ required: true, message: 'A name is needed' }] },
  },
  submit(event) {
    this.setData({ result: event.detail.validateResult === true });
  },
  send() {
    this.selectComponent('#form').submit();
  },
  clear() {
    this.setData({ 'form.name': '' });
  },
});
