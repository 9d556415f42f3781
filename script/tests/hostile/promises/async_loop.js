// stopped or parked, within 8000 ms
(async () => { for (;;) await null })()
