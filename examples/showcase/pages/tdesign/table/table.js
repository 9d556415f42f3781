Page({
  data: {
    row: 0,
    columns: [
      { colKey: 'name', title: 'Name', ellipsis: true },
      { colKey: 'kind', title: 'Kind' },
      { colKey: 'height', title: 'Height', align: 'right' },
    ],
    rows: [
      { id: 1, name: 'Birch with a long name', kind: 'Tree', height: 20 },
      { id: 2, name: 'Oak', kind: 'Tree', height: 30 },
      { id: 3, name: 'Rose', kind: 'Shrub', height: 2 },
    ],
  },
  tap(event) {
    this.setData({ row: event.detail.row.id });
  },
});
