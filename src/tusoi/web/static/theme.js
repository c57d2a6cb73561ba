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
  // Paper is white: what is drawn in the colours of the theme is drawn anew for it.
  window.addEventListener("beforeprint", function () {
    if (root.dataset.bsTheme === "dark") {
      root.dataset.printing = "yes";
      root.dataset.bsTheme = "light";
      document.dispatchEvent(new CustomEvent("tusoi:theme"));
    }
  });
  window.addEventListener("afterprint", function () {
    delete root.dataset.printing;
    apply();
  });
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  apply();
})();
