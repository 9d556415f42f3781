// error
class A extends Array { static get [Symbol.species]() { for (;;) {} } } new A(1).map(x => x)
