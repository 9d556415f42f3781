// stopped or parked, within 1500 ms
(async () => { async function* g() { for (;;) yield 1 } for await (const x of g()) {} })()
