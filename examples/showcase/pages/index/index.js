Page({
  data: {
    libraries: [
      {
        id: 'vant',
        name: 'Vant Weapp',
        tint: '#07c160',
        components: [
          'action-sheet', 'area', 'badge', 'button', 'calendar', 'card', 'cascader', 'cell', 'checkbox',
          'circle', 'col', 'collapse', 'config-provider', 'count-down', 'datetime-picker', 'dialog',
          'dialog-message', 'divider', 'dropdown-menu', 'empty', 'field', 'goods-action', 'grid', 'icon',
          'image', 'index-bar', 'loading', 'nav-bar', 'notice-bar', 'notify', 'overlay', 'panel', 'picker',
          'popup-bottom', 'popup-center', 'popup-left', 'popup-top', 'progress', 'radio', 'rate', 'search',
          'share-sheet', 'sidebar', 'skeleton', 'slider', 'stepper', 'steps', 'sticky', 'submit-bar',
          'swipe-cell', 'switch', 'tab', 'tabbar', 'tag', 'toast', 'transition', 'tree-select', 'uploader',
        ],
      },
      {
        id: 'tdesign',
        name: 'TDesign',
        tint: '#0052d9',
        components: [
          'action-sheet', 'action-sheet-grid', 'avatar', 'back-top', 'badge', 'button', 'calendar', 'cascader',
          'cell', 'check-tag', 'checkbox', 'col', 'collapse', 'color-picker', 'count-down', 'date-time-picker',
          'dialog', 'dialog-actions', 'divider', 'drawer', 'dropdown-menu', 'empty', 'fab', 'footer', 'form',
          'grid', 'guide', 'icon', 'image', 'image-viewer', 'indexes', 'input', 'link', 'loading', 'message',
          'navbar', 'notice-bar', 'overlay', 'picker', 'popover', 'popup-bottom', 'popup-center', 'popup-left',
          'popup-top', 'progress', 'pull-down-refresh', 'qrcode', 'radio', 'rate', 'result', 'search',
          'segmented', 'side-bar', 'skeleton', 'slider', 'stepper', 'steps', 'sticky', 'swipe-cell', 'swiper',
          'switch', 'tab-bar', 'table', 'tabs', 'tag', 'textarea', 'toast', 'transition', 'tree-select',
          'upload', 'watermark',
        ],
      },
      {
        id: 'weui',
        name: 'WeUI',
        tint: '#06ae56',
        components: [
          'actionsheet', 'badge', 'cell', 'checkbox', 'dialog', 'form', 'gallery', 'grids', 'half-screen-dialog', 'icon',
          'loading', 'msg', 'navigation-bar', 'searchbar', 'slideview', 'tabbar', 'toptips', 'uploader',
        ],
      },
      {
        id: 'wux',
        name: 'Wux Weapp',
        tint: '#33cd5f',
        components: [
          'accordion', 'actionsheet', 'dialog', 'input-number', 'popup', 'rater', 'segmented-control', 'swipe-action',
          'switch', 'tabs', 'toast',
        ],
      },
      {
        id: 'small',
        name: 'Smaller libraries',
        tint: '#7b61d1',
        components: ['long-list', 'rich-text', 'store'],
      },
      {
        id: 'lists',
        name: 'Long lists',
        tint: '#c2571a',
        components: ['list-builder', 'grid-builder'],
      },
    ],
  },
});
