// error
({ get x() { for (;;) {} } }).x
