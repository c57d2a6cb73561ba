// Runs before the page is drawn, so that a dark page never flashes white.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("tusoi-theme") || "auto";
    } catch (error) {
      return "auto";
    }
  }

  function apply() {
    var choice = chosen();
    var theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    root.dataset.themeChoice = choice;
    if (root.dataset.bsTheme !== theme) {
      root.dataset.bsTheme = theme;
      document.dispatchEvent(new CustomEvent("tusoi:theme"));
    }
  }

  root.classList.remove("no-js");
  window.tusoiTheme = {
    set: function (choice) {
      try {
        localStorage.setItem("tusoi-theme", choice);
      } catch (error) {
        root.dataset.bsTheme = choice;
      }
      apply();
    },
  };
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  apply();
})();
