// error
`${{ toString() { for (;;) {} } }}`
