Component({
  properties: {
    cents: { type: Number, value: 0 },
    was: { type: Number, value: 0 },
    large: Boolean,
  },
});
