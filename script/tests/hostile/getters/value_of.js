// error
+{ valueOf() { for (;;) {} } }
