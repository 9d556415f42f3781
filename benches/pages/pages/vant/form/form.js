import { at } from '../../../at';

const empty = {
  name: '', phone: '', email: '', company: '', title: '', street: '', postcode: '', account: '', kind: '', pay: '', news: [],
  invoice: false, standard: false, amount: 1, rooms: 1, rate: 0, service: 0, budget: 20, note: '', city: '', day: '', files: [],
};
const filled = {
  name: 'Ada Young', phone: '13800000001', email: 'ada@example.com', company: 'Lamps and more', title: 'Engineer',
  street: 'Harbour Road 7', postcode: '100080', account: '6222000011112222', kind: 'home', pay: 'card',
  news: ['mail', 'phone'], invoice: true, standard: true, amount: 3, rooms: 2, rate: 4, service: 5, budget: 40,
  note: 'Ring twice', city: 'North', day: '2024-03-05', files: [],
};
const needed = ['name', 'phone', 'email', 'company', 'street', 'postcode'];

Page({
  data: {
    form: empty,
    errors: {},
    cities: ['North', 'South', 'East', 'West', 'Upper', 'Lower', 'Far', 'Near'],
    asksCity: false,
    asksDay: false,
    day: new Date(2024, 2, 1).getTime(),
    first: new Date(2020, 0, 1).getTime(),
    last: new Date(2030, 11, 31).getTime(),
    said: 'not sent',
  },
  at,
  change(event) {
    const { field } = event.currentTarget.dataset;
    this.setData({ [`form.${field}`]: event.detail });
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
    const day = new Date(event.detail);
    this.setData({ 'form.day': `${day.getFullYear()}-${day.getMonth() + 1}-${day.getDate()}`, asksDay: false });
  },
  close() {
    this.setData({ asksCity: false, asksDay: false });
  },
  send() {
    const errors = {};
    for (const field of needed) if (!this.data.form[field]) errors[field] = 'This is needed';
    const missing = Object.keys(errors).length;
    this.setData({ errors, said: missing ? 'something is missing' : 'sent' });
  },
  rename(name) {
    this.setData({ 'form.street': name });
  },
  fill() {
    this.setData({ form: filled });
  },
  clean() {
    this.setData({ form: empty, errors: {}, asksCity: false, asksDay: false, said: 'not sent' });
  },
});
