// error
new Array(1e7).join('xxxxxxxxxxxxxxxxxxxx')
