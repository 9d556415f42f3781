// Where an operation begins: goes to a page, whatever page is on top.
export function at(page) {
  const here = getCurrentPages().pop().route;
  const there = page === 'index' ? 'pages/index/index' : `pages/${page}/${page.split('/').pop()}`;
  if (here === there) return;
  if (page === 'index') wx.navigateBack();
  else if (here === 'pages/index/index') wx.navigateTo({ url: `/${there}` });
  else wx.redirectTo({ url: `/${there}` });
}
