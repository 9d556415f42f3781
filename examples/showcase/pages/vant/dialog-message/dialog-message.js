Page({
  data: {
    message: 'A message that goes on\nin a second line, and that is long enough to be broken in a third one',
  },
});
