Component({
  properties: {
    value: { type: Number, value: 1 },
    min: { type: Number, value: 1 },
    max: { type: Number, value: 99 },
  },
  methods: {
    step(event) {
      const value = this.data.value + event.currentTarget.dataset.by;
      if (value < this.data.min || value > this.data.max) return;
      this.setData({ value });
      this.triggerEvent('change', { value });
    },
  },
});
