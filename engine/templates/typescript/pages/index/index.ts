import { more, type Counter } from '../../utils/count';

Page({
  data: { count: 0 } as Counter,

  more(): void {
    this.setData(more(this.data));
  },
});
