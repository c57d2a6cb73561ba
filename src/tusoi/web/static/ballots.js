// Says while typing whether the lines of a question make the papers that came back; the server
// checks every equation of the sheet again.
(function () {
  "use strict";
  var form = document.querySelector("[data-tally]");
  if (!form) {
    return;
  }

  function value(field) {
    return !field || field.value === "" ? NaN : Number(field.value);
  }

  function check() {
    var returned = value(form.elements.returned);
    form.querySelectorAll("[data-question]").forEach(function (part) {
      var line = part.querySelector("[data-equation]");
      if (!line) {
        return;
      }
      var counts = Array.prototype.map.call(part.querySelectorAll("input"), value);
      var total = counts.reduce(function (all, one) {
        return all + (Number.isNaN(one) ? 0 : one);
      }, 0);
      var isKnown = !Number.isNaN(returned) && !counts.some(Number.isNaN);
      part.querySelector("[data-sum]").textContent = String(total);
      line.classList.toggle("holds", isKnown && total === returned);
      line.classList.toggle("fails", isKnown && total !== returned);
    });
  }

  form.addEventListener("input", check);
  check();
})();
