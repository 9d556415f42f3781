// parked or stopped
('a'.repeat(50) + 'b').split(/(a+)+$/)
