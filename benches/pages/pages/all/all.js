Page({
  data: { value: 3, on: true },
});
