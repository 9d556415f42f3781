// harmless
JSON.parse('[1, 2]', function (k, v) { if (Array.isArray(this)) this.push(1); return v })
