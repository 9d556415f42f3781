// parked or stopped
new RegExp('a?'.repeat(30) + 'a'.repeat(30)).test('a'.repeat(30))
