// Buys a plant in the shop of the examples with the client of miniprogram-automator, as its documentation does such
// things. The argument is where `pellicle automate` listens.
const assert = require('node:assert');
const automator = require('miniprogram-automator');

async function main() {
  const mini = await automator.connect({ wsEndpoint: process.argv[2] });
  const logs = [];
  mini.on('console', (line) => logs.push(line));
  assert.equal((await mini.systemInfo()).platform !== undefined, true);

  let page = await mini.currentPage();
  assert.deepEqual([page.path, page.query], ['pages/detail/detail', { id: '2' }]);
  const stepper = await page.$('stepper');
  assert.equal(stepper.constructor.name, 'CustomElement');
  const [less, more] = await stepper.$$('.button');
  assert.equal(await less.text(), '−');
  await more.tap();
  await more.tap();
  await less.tap();
  assert.equal((await stepper.data()).value, 2);
  assert.equal(await stepper.property('max'), 5);
  assert.equal(await page.data('count'), 2);
  const add = await page.$('.primary');
  assert.equal(await add.text(), 'Add 2 to cart');
  assert.equal(await add.attribute('class'), 'primary grow');
  assert.equal((await add.style('color')).startsWith('rgb'), true);
  const { width, height } = await add.size();
  assert.ok(width > 100 && height > 30, `${width} x ${height}`);
  await add.tap();
  assert.equal(await page.$('.nothing'), null);
  assert.equal(await (await page.xpath("//view[contains(@class,'primary')]")).text(), 'Add 2 to cart');
  assert.equal(await page.xpath('//nothing'), null);

  await mini.exposeFunction('onTold', (...args) => logs.push(args));
  const greeting = await mini.evaluate((name) => {
    console.log('greeting', name);
    onTold(1, { two: 2 });
    return new Promise((done) => setTimeout(() => done(`hello ${name}`), 20));
  }, 'fern');
  assert.equal(greeting, 'hello fern');
  await mini.mockWxMethod('showModal', (options, extra) => ({ confirm: options.title === extra }), 'sure');
  assert.equal((await mini.callWxMethod('showModal', { title: 'sure' })).confirm, true);
  await mini.restoreWxMethod('showModal');

  await mini.switchTab('/pages/home/home');
  await mini.native().switchTab({ url: '/pages/cart/cart' });
  page = await mini.currentPage();
  assert.equal(page.path, 'pages/cart/cart');
  assert.equal(await page.data('total'), 2 * 3900);
  await (await page.$('.pay')).tap();
  await page.waitFor(300);
  page = await mini.currentPage();
  assert.deepEqual((await mini.pageStack()).map((each) => each.path), ['pages/cart/cart', 'pages/checkout/checkout']);
  const fields = await page.$$('input');
  for (const [index, text] of ['Fern', 'Clay Street 1', '12345 Pot'].entries()) {
    await fields[index].input(text);
    assert.equal(await fields[index].value(), text);
  }
  await (await page.$('switch')).tap();
  assert.ok((await mini.screenshot()).length > 1000);
  await (await page.$('.submit')).dispatchEvent({ eventName: 'tap' });
  await page.waitFor(async () => (await mini.currentPage()).path === 'pages/orders/orders');
  const [order] = await mini.callWxMethod('getStorageSync', 'orders');
  assert.deepEqual([order.total, order.address.city, order.address.gift], [7800, '12345 Pot', true]);
  assert.ok(logs.some((line) => line.type === 'log' && line.args[0].includes('greeting fern')), JSON.stringify(logs));
  assert.ok(logs.some((line) => line[0] === 1 && line[1].two === 2), JSON.stringify(logs));
  await mini.close();
  console.log('bought');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
