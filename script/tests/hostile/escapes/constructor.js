// error
(() => {}).constructor('return 1')()
