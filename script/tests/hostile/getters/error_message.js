// error
throw { get message() { for (;;) {} } }
