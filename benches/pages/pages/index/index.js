import { at } from '../../at';

Page({
  data: {
    libraries: [
      { name: 'TDesign', pages: ['tdesign/form', 'tdesign/calendar', 'tdesign/cascader', 'tdesign/tree', 'tdesign/table'] },
      {
        name: 'Vant Weapp',
        pages: ['vant/form', 'vant/calendar', 'vant/area', 'vant/cascader', 'vant/tree', 'vant/table'],
      },
    ],
  },
  at,
  open(event) {
    at(event.currentTarget.dataset.page);
  },
});
