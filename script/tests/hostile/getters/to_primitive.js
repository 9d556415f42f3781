// error
+{ [Symbol.toPrimitive]() { for (;;) {} } }
