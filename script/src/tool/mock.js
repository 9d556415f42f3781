(function (name, origin, later, task, answer, computed, further) {
  return function () {
    var call = Array.prototype.slice.call(arguments);
    var make = function () {
      return computed ? answer.apply({ origin: origin }, call.concat(further)) : answer;
    };
    if (!later) return make();
    var options = call[0] || {};
    var heard = task;
    ['success', 'fail', 'complete'].forEach(function (field) {
      if (typeof options[field] === 'function') heard = true;
    });
    var made = new Promise(function (resolve) { resolve(make()); });
    var told = made.then(null, function (error) {
      return { errMsg: name + ':fail ' + (error && error.message ? error.message : error) };
    }).then(function (result) {
      if (result === undefined || result === null) result = {};
      if (typeof result === 'object' && !Array.isArray(result) && typeof result.errMsg !== 'string') {
        result = Object.assign({ errMsg: name + ':ok' }, result);
      }
      var failed = typeof result.errMsg === 'string' && result.errMsg.indexOf(':fail') >= 0;
      var callback = failed ? options.fail : options.success;
      if (typeof callback === 'function') callback(result);
      if (typeof options.complete === 'function') options.complete(result);
      if (failed && !heard) throw result;
      return result;
    });
    if (task) return { abort: function () {} };
    return heard ? undefined : told;
  };
})
