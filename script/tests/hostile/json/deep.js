// error
JSON.parse('['.repeat(1000000))
