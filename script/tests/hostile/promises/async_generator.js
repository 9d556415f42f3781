// stopped or parked, within 5000 ms
(async () => { async function* g() { for (;;) yield 1 } for await (const x of g()) {} })()
