// error
JSON.stringify({ toJSON() { for (;;) {} } })
