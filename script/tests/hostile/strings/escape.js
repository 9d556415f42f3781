// error or stopped or parked
escape('é'.repeat(3e7))
