// Says while typing which equation of the teller's sheet holds; the server checks them all again.
(function () {
  "use strict";
  var form = document.querySelector("[data-tally]");
  if (!form) {
    return;
  }
  var voters = Number(form.dataset.voters);
  var sum = form.querySelector("[data-levels-sum]");

  function value(name) {
    var field = form.elements[name];
    return field.value === "" ? NaN : Number(field.value);
  }

  function mark(name, holds, isKnown) {
    var line = form.querySelector('[data-equation="' + name + '"]');
    line.classList.toggle("holds", isKnown && holds);
    line.classList.toggle("fails", isKnown && !holds);
  }

  function known() {
    return Array.prototype.every.call(arguments, function (one) {
      return !Number.isNaN(one);
    });
  }

  function check() {
    var issued = value("issued");
    var returned = value("returned");
    var valid = value("valid");
    var invalid = value("invalid");
    var fields = form.querySelectorAll('input[name^="level-"]');
    var levels = Array.prototype.map.call(fields, function (field) {
      return field.value === "" ? NaN : Number(field.value);
    });
    var total = levels.reduce(function (all, one) {
      return all + (Number.isNaN(one) ? 0 : one);
    }, 0);
    sum.textContent = String(total);
    mark("issued", issued > 0 && issued <= voters, known(issued));
    mark("returned", returned <= issued, known(issued, returned));
    mark("sum", returned === valid + invalid, known(returned, valid, invalid));
    mark("levels", total === valid, known(valid) && known.apply(null, levels));
  }

  form.addEventListener("input", check);
  check();
})();
