// error
(async () => {}).constructor('return 1')()
