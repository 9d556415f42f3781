// parked or stopped
JSON.parse('[' + '1,'.repeat(5e6) + '1]')
