// stopped or parked
(function () { return arguments.length })(...new Array(1e6))
