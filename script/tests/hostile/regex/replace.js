// parked or stopped
'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.replace(/(a*)*$/g, 'x')
