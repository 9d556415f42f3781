// error
setTimeout('for(;;){}', 0)
