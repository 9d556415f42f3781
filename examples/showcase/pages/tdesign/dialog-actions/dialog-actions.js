Page({
  data: {
    actions: [
      { content: 'First', theme: 'primary' },
      { content: 'Second', theme: 'light' },
      { content: 'Third', variant: 'text' },
    ],
  },
});
