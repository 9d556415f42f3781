// stopped or parked, within 5000 ms
(async () => { for (;;) await null })()
