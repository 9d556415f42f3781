import { at } from '../../../at';

const filled = {
  name: 'Ada Young', phone: '13800000001', email: 'ada@example.com', company: 'Lamps and more', title: 'Engineer',
  street: 'Harbour Road 7', postcode: '100080', account: '6222000011112222', kind: 'home', pay: 'card',
  news: ['mail', 'phone'], invoice: true, standard: true, amount: 3, rooms: 2, rate: 4, service: 5, budget: 40,
  note: 'Ring twice', city: ['north'], day: '2024-03-05', files: [],
};

const needed = (name) => [{ required: true, message: `${name} is needed` }];

Page({
  data: {
    form: {
      name: '', phone: '', email: '', company: '', title: '', street: '', postcode: '', account: '', kind: '', pay: '',
      news: [], invoice: false, standard: false, amount: 1, rooms: 1, rate: 0, service: 0, budget: 20, note: '', city: [],
      day: '', files: [],
    },
    rules: {
      name: needed('A name'),
      phone: [{ required: true, message: 'A number is needed' }, { telnumber: true, message: 'That is no number' }],
      email: [{ required: true, message: 'An address is needed' }, { email: true, message: 'That is no address' }],
      company: needed('A company'),
      street: needed('A street'),
      postcode: needed('A code'),
      kind: needed('A kind'),
      pay: needed('A way'),
    },
    kinds: [{ label: 'Home', value: 'home' }, { label: 'Work', value: 'work' }, { label: 'School', value: 'school' }],
    ways: [{ label: 'Card', value: 'card' }, { label: 'Transfer', value: 'transfer' }, { label: 'Cash', value: 'cash' }],
    channels: [
      { label: 'Mail', value: 'mail' },
      { label: 'Phone', value: 'phone' },
      { label: 'Letter', value: 'letter' },
    ],
    cities: ['North', 'South', 'East', 'West', 'Upper', 'Lower', 'Far', 'Near']
      .map((label) => ({ label, value: label.toLowerCase() })),
    asksCity: false,
    asksDay: false,
    round: 0,
    said: 'not sent',
  },
  at,
  change(event) {
    const { field } = event.currentTarget.dataset;
    this.setData({ [`form.${field}`]: event.detail.value });
  },
  askCity() {
    this.setData({ asksCity: true });
  },
  pickCity(event) {
    this.setData({ 'form.city': event.detail.value, asksCity: false });
  },
  askDay() {
    this.setData({ asksDay: true });
  },
  pickDay(event) {
    this.setData({ 'form.day': event.detail.value, asksDay: false });
  },
  close() {
    this.setData({ asksCity: false, asksDay: false });
  },
  send() {
    this.selectComponent('#form').submit();
  },
  submitted(event) {
    this.setData({ said: event.detail.validateResult === true ? 'sent' : 'something is missing' });
  },
  // As an answer of a server changes one field.
  rename(name) {
    this.setData({ 'form.street': name });
  },
  // As a draft is taken up again.
  fill() {
    this.setData({ form: filled });
  },
  // Back to the beginning.
  clean() {
    const { form } = this.data;
    const empty = {};
    for (const name of Object.keys(form)) {
      const value = form[name];
      empty[name] = Array.isArray(value) ? [] : typeof value === 'number' ? 1 : typeof value === 'boolean' ? false : '';
    }
    this.setData({ form: empty, asksCity: false, asksDay: false, said: 'not sent' });
    this.selectComponent('#form').reset();
  },
});
