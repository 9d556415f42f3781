// stopped or parked, within 1500 ms
(async () => { for (;;) await null })()
