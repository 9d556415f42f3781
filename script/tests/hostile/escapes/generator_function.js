// error
(function* () {}).constructor('yield 1')()
