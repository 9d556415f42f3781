// error
Array.prototype.slice.call({ get length() { for (;;) {} } })
