Page({
  data: {
    error: '',
    sent: false,
    model: { name: '', mail: '', tree: '' },
    rules: [
      { name: 'tree', rules: { required: true, message: 'A tree has to be chosen' } },
      { name: 'name', rules: [{ required: true, message: 'A name is needed' }, { minlength: 3, message: 'The name is too short' }] },
      { name: 'mail', rules: { email: true, message: 'This is no mail address' } },
    ],
  },
  typed(event) {
    this.setData({ ['model.' + event.currentTarget.dataset.field]: event.detail.value });
  },
  choose(event) {
    this.setData({ 'model.tree': event.detail.value });
  },
  send() {
    this.selectComponent('#form').validate((valid, errors) => {
      this.setData({ sent: valid, error: valid ? '' : errors[0].message, wrong: valid ? [] : errors.map((e) => e.name) });
    });
  },
});
