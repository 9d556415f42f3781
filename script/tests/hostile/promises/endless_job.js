// error
Promise.resolve().then(() => { for (;;) {} })
