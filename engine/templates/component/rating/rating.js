/** Stars to rate something with: `value` of `count` are on; a tap tells of a `change`. */
Component({
  properties: {
    value: { type: Number, value: 0 },
    count: { type: Number, value: 5 },
    readonly: { type: Boolean, value: false },
  },

  data: { stars: [] },

  observers: {
    'value, count'(value, count) {
      this.setData({ stars: Array.from({ length: count }, (_, index) => index < value) });
    },
  },

  methods: {
    rate({ currentTarget }) {
      if (this.data.readonly) return;
      const { value } = currentTarget.dataset;
      this.setData({ value });
      this.triggerEvent('change', { value });
    },
  },
});
