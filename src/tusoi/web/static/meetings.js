// Lets the clock of a meeting tick between two answers of the server, and the arrow keys turn the
// agenda. Without this script the pages show the time as of their loading and have buttons.
(function () {
  "use strict";
  var shown = new WeakMap();

  function written(seconds) {
    var minutes = Math.floor(seconds / 60);
    return String(minutes).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
  }

  function tick() {
    document.querySelectorAll("[data-clock][data-running]").forEach(function (place) {
      if (!shown.has(place)) {
        shown.set(place, Date.now());
      }
      var more = Math.round((Date.now() - shown.get(place)) / 1000);
      place.textContent = written(Number(place.dataset.clock) + more);
    });
  }

  document.addEventListener("keydown", function (event) {
    var step = { ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous" };
    var wanted = step[event.key];
    var isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (!wanted || isTyping || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    var button = document.querySelector('[data-step="' + wanted + '"] button:not([disabled])');
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
  tick();
  window.setInterval(tick, 1000);
})();
