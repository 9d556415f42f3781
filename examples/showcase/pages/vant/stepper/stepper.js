Page({
  change() {},
});
