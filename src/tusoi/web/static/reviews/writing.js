// Keeps what an author types: saves after a pause and on leaving, and holds on this device what
// the server could not take. Without this script the page is saved by its buttons.
(function () {
  "use strict";
  var form = document.getElementById("writing");
  if (!form || !window.fetch) {
    return;
  }
  var PAUSE = 2500;
  var RETRY = 10000;
  // Browsers refuse more than 64 KB in a request that outlives its page.
  var KEEPALIVE_LIMIT = 60000;
  // Not form.action: the buttons called "action" stand in front of it.
  var address = new URL(form.getAttribute("action"), document.baseURI).href;
  var words = form.dataset;
  var storeName = "tusoi.writing." + words.writing + "." + words.account;
  var state = document.getElementById("state");
  var dirty = new Map();
  var sending = null;
  var timer = null;

  // Whole rows share one base; a radio button is told by its group.
  function partOf(name) {
    var row = name.match(/^(r-[a-z]+-\d+)-/);
    return row ? row[1] : name;
  }

  function baseOf(name) {
    return form.elements["b-" + partOf(name)];
  }

  function fieldsOf(part) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.hasAttribute("data-field") && partOf(field.name) === part;
    });
  }

  function say(text, isFailed) {
    state.textContent = text;
    state.classList.toggle("is-failed", Boolean(isFailed));
  }

  // What is not yet on the server lies here, by part: the values and the base they stand on.
  function keep() {
    try {
      if (!dirty.size) {
        localStorage.removeItem(storeName);
        return true;
      }
      localStorage.setItem(storeName, JSON.stringify(Object.fromEntries(dirty)));
      return true;
    } catch (error) {
      return false;
    }
  }

  function snapshot(part) {
    var values = {};
    fieldsOf(part).forEach(function (field) {
      if (field.type !== "radio" || field.checked) {
        values[field.name] = field.value;
      }
    });
    var base = baseOf(part);
    return { values: values, base: base ? base.value : "", stamp: Date.now() };
  }

  function touch(field) {
    var part = partOf(field.name);
    dirty.set(part, snapshot(part));
    count(field);
    say(keep() ? words.dirty : words.unkept, false);
    plan(PAUSE);
  }

  function plan(delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, delay);
  }

  function count(field) {
    var place = form.querySelector('[data-words="' + field.name + '"]');
    if (place) {
      var found = field.value.trim().split(/\s+/).filter(Boolean).length;
      place.textContent = found + " " + words.wordsLabel;
    }
  }

  function payload(parts) {
    var body = new URLSearchParams();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    parts.forEach(function (kept, part) {
      Object.keys(kept.values).forEach(function (name) {
        body.set(name, kept.values[name]);
      });
      body.set("b-" + part, kept.base);
    });
    return body;
  }

  function post(body, accept, isLeaving) {
    return fetch(address, {
      method: "POST",
      body: body,
      headers: { Accept: accept },
      credentials: "same-origin",
      // An autosave is never sent on to the sign-in page; a pressed button follows its page.
      redirect: accept === "application/json" ? "manual" : "follow",
      keepalive: Boolean(isLeaving) && String(body).length < KEEPALIVE_LIMIT,
    });
  }

  function failed(text) {
    say(keep() ? text : words.unkept, true);
    return false;
  }

  // Resolves to true when everything typed so far is on the server.
  function flush(isLeaving) {
    if (sending) {
      return sending.then(function () {
        return dirty.size ? flush() : true;
      });
    }
    if (!dirty.size) {
      return Promise.resolve(true);
    }
    var parts = new Map(dirty);
    say(words.saving, false);
    sending = post(payload(parts), "application/json", isLeaving === true)
      .then(function (response) {
        if (response.type === "opaqueredirect" || response.status === 403) {
          return failed(words.signedOut);
        }
        if (response.status === 409) {
          return response.json().then(function (answer) {
            return failed(answer.refused);
          });
        }
        if (!response.ok) {
          throw new Error(String(response.status));
        }
        return response.json().then(function (answer) {
          stored(parts, answer);
          return true;
        });
      })
      .catch(function () {
        plan(RETRY);
        return failed(words.failed);
      })
      .then(function (isSaved) {
        sending = null;
        if (isSaved && dirty.size) {
          plan(PAUSE);
        }
        return isSaved;
      });
    return sending;
  }

  function stored(parts, answer) {
    parts.forEach(function (sent, part) {
      var base = baseOf(part);
      var isStale = answer.stale.indexOf("b-" + part) >= 0;
      // A part with two texts keeps its old base until the author has chosen.
      if (base && !isStale && answer.bases["b-" + part]) {
        base.value = answer.bases["b-" + part];
      }
      var now = dirty.get(part);
      if (now && now.stamp === sent.stamp) {
        dirty.delete(part);
      } else if (now && base) {
        now.base = base.value;
      }
    });
    keep();
    show(answer, parts);
  }

  function show(answer, parts) {
    ["done", "required"].forEach(function (id) {
      var figure = document.getElementById(id);
      if (figure) {
        figure.textContent = answer[id];
      }
    });
    Object.keys(answer.sections).forEach(function (id) {
      var place = form.querySelector('[data-section="' + id + '"]');
      if (place) {
        place.textContent = answer.sections[id].join("/");
      }
    });
    Object.keys(answer.percents).forEach(function (name) {
      var place = form.querySelector('[data-percent="' + name + '"]');
      if (place) {
        place.textContent = answer.percents[name];
      }
    });
    var conditions = form.querySelector("[data-conditions]");
    if (conditions) {
      conditions.innerHTML = answer.conditions;
    }
    showErrors(answer.errors, parts);
    var hasConflict = showConflicts(answer.conflicts);
    if (dirty.size) {
      return;
    }
    if (hasConflict) {
      say(words.conflict, true);
    } else if (Object.keys(answer.errors).length) {
      say(words.invalid, true);
    } else {
      say(words.saved + " " + answer.saved, false);
    }
  }

  // A field that was not sent this time keeps its message.
  function showErrors(errors, parts) {
    form.querySelectorAll("[data-error]").forEach(function (place) {
      var name = place.dataset.error;
      if (!parts.has(partOf(name))) {
        return;
      }
      var isWrong = Boolean(errors[name]);
      var field = form.elements[name];
      place.textContent = errors[name] || "";
      field.classList.toggle("is-invalid", isWrong);
      if (isWrong) {
        field.setAttribute("aria-invalid", "true");
      } else {
        field.removeAttribute("aria-invalid");
      }
    });
  }

  function showConflicts(conflicts) {
    form.querySelectorAll("[data-conflicts]").forEach(function (place) {
      var panel = conflicts[place.dataset.conflicts] || "";
      // innerHTML takes what our own server drew and escaped.
      if (panel || place.childElementCount) {
        place.innerHTML = panel;
      }
    });
    return Object.keys(conflicts).length > 0;
  }

  // Buttons beside rows and conflicts change one part; the rest of the page stays as it is.
  function act(button) {
    var question = button.closest("[data-question]");
    var action = button.value;
    flush().then(function (isSaved) {
      if (!isSaved) {
        return;
      }
      var body = payload(new Map());
      body.set("action", action);
      post(body, "text/html", false)
        .then(function (response) {
          if (!response.ok || response.url.indexOf(address) !== 0) {
            throw new Error(String(response.status));
          }
          return response.text();
        })
        .then(function (html) {
          exchange(question, html, action);
        })
        .catch(function () {
          failed(words.failed);
        });
    });
  }

  function exchange(question, html, action) {
    var page = new DOMParser().parseFromString(html, "text/html");
    form.querySelectorAll("[data-question]").forEach(function (old) {
      var fresh = page.getElementById(old.id);
      var isRows = old.querySelector("fieldset.row-card") || old === question;
      if (fresh && isRows && (old === question || !old.contains(document.activeElement))) {
        old.replaceWith(document.importNode(fresh, true));
      }
    });
    var messages = page.getElementById("messages");
    if (messages) {
      document.getElementById("messages").replaceWith(document.importNode(messages, true));
    }
    ["done", "required"].forEach(function (id) {
      var figure = document.getElementById(id);
      if (figure) {
        figure.textContent = page.getElementById(id).textContent;
      }
    });
    focusAfter(question.id, action);
    say(page.getElementById("state").textContent, false);
  }

  function focusAfter(id, action) {
    var question = document.getElementById(id);
    var rows = question.querySelectorAll(".row-card");
    var target = question.querySelector("button[value^='add:'], textarea, input:not([type=hidden])");
    if (action.indexOf("add:") === 0 && rows.length) {
      target = rows[rows.length - 1].querySelector("[data-field]");
    } else if (/^(up|down):/.test(action)) {
      target = question.querySelector('button[value="' + action + '"]:not([disabled])') || target;
    }
    if (target) {
      target.focus();
    }
  }

  form.addEventListener("input", function (event) {
    if (event.target.hasAttribute("data-field")) {
      touch(event.target);
    }
  });
  form.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-field")) {
      touch(event.target);
    }
  });
  // In the capturing phase: nothing else may take this for a plain form.
  document.addEventListener(
    "submit",
    function (event) {
      if (event.target !== form) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      var button = event.submitter;
      var action = button ? button.value : "";
      if (button && button.closest("[data-question]")) {
        act(button);
        return;
      }
      flush().then(function (isSaved) {
        if (!isSaved || !action) {
          return;
        }
        var field = document.createElement("input");
        field.type = "hidden";
        field.name = "action";
        field.value = action;
        form.appendChild(field);
        form.submit();
      });
    },
    true
  );
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      flush();
    }
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      flush(true);
    }
  });
  window.addEventListener("pagehide", function () {
    flush(true);
  });
  window.addEventListener("online", function () {
    flush();
  });

  // What an earlier visit could not send comes back, on the base it was written upon: if the
  // server has a newer text by now, both will be shown.
  function restore() {
    var kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(storeName) || "{}");
    } catch (error) {
      return;
    }
    Object.keys(kept).forEach(function (part) {
      fieldsOf(part).forEach(function (field) {
        var value = kept[part].values[field.name];
        if (value === undefined) {
          return;
        }
        if (field.type === "radio") {
          field.checked = field.value === value;
        } else {
          field.value = value;
        }
        count(field);
      });
      var base = baseOf(part);
      if (base) {
        base.value = kept[part].base;
      }
      dirty.set(part, kept[part]);
    });
    if (dirty.size) {
      document.getElementById("kept-here").hidden = false;
      flush();
    }
  }

  restore();
})();
