// error or stopped or parked
do {} while (1)
