// What every page does beyond plain links and forms. Nothing here is needed to use a page.
(function () {
  "use strict";
  var body = document.body;

  function load(source, then) {
    var script = document.createElement("script");
    script.src = source;
    script.onload = then || null;
    document.head.appendChild(script);
  }

  function showThemeChoice() {
    document.querySelectorAll("[data-theme-set]").forEach(function (button) {
      var isChosen = button.dataset.themeSet === document.documentElement.dataset.themeChoice;
      button.setAttribute("aria-pressed", String(isChosen));
      button.classList.toggle("active", isChosen);
    });
  }

  function drawCharts() {
    if (!document.querySelector("[data-chart]")) {
      return;
    }
    if (window.tusoiCharts) {
      window.tusoiCharts.draw();
    } else if (!body.dataset.chartsAsked) {
      body.dataset.chartsAsked = "yes";
      load(body.dataset.echarts, function () {
        load(body.dataset.charts);
      });
    }
  }

  function say(text) {
    var place = document.getElementById("live");
    if (place) {
      place.textContent = text;
    }
  }

  // Before the form hears of it: what it sends then has every tick.
  document.addEventListener("change", function (event) {
    var name = event.target.dataset.tickAll;
    if (name) {
      event.target.form.querySelectorAll("input[type=checkbox][name=" + name + "]:enabled").forEach(function (box) {
        box.checked = event.target.checked;
      });
    }
  }, true);

  document.addEventListener("click", function (event) {
    var theme = event.target.closest("[data-theme-set]");
    if (theme) {
      window.tusoiTheme.set(theme.dataset.themeSet);
      showThemeChoice();
      return;
    }
    var fold = event.target.closest("[data-unfold]");
    if (fold && window.htmx) {
      // The branch is fetched once; afterwards the same link hides and shows it.
      var isOpen = fold.getAttribute("aria-expanded") === "true";
      fold.setAttribute("aria-expanded", String(!isOpen));
      document.getElementById(fold.dataset.unfold).hidden = isOpen;
      event.preventDefault();
      return;
    }
    if (event.target.closest("[data-print]")) {
      window.print();
      return;
    }
    var copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () {
        say(copy.dataset.copied || "");
      });
    }
  });

  // Two clicks on a slow line are one order.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) {
      event.submitter.classList.add("is-sending");
    }
    if (form.dataset.working) {
      say(form.dataset.working);
      var note = form.querySelector("[data-working-note]");
      if (note) {
        note.textContent = form.dataset.working;
      }
    }
    window.setTimeout(function () {
      delete form.dataset.sent;
    }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
    document.querySelectorAll("[data-working-note]").forEach(function (note) {
      note.textContent = "";
    });
    document.querySelectorAll(".is-sending").forEach(function (button) {
      button.classList.remove("is-sending");
    });
  });

  // Forms that only choose what is shown send themselves when a choice changes.
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-autosubmit")) {
      form.requestSubmit();
    }
  });

  document.addEventListener("htmx:afterSwap", drawCharts);
  document.addEventListener("htmx:sendError", function () {
    say(body.dataset.offline || "");
  });
  var wrong = document.querySelector(".page-body [aria-invalid=true], .page-body .alert-danger");
  if (wrong) {
    wrong.scrollIntoView({ block: "center" });
    if (wrong.matches("input, select, textarea")) {
      wrong.focus({ preventScroll: true });
    }
  }
  showThemeChoice();
  drawCharts();
})();
