// stopped or parked, within 8000 ms
(async () => { async function* g() { for (;;) yield 1 } for await (const x of g()) {} })()
