/* What a voter marks stays on this page until it is sent; nothing is stored, no page holds it after. */
"use strict";

document.documentElement.classList.add("js");

(() => {
  const SLIP = /^#(?:([0-9a-z]{1,20})\.)?([0-9A-Za-z]{10})$/;
  const SHARED = /^#([0-9a-z]{1,20})\.$/;
  const STAYS = "#shared";
  const PATIENCE = 20_000;

  const home = () => document.body.dataset.home || "/";

  /* A code from the picture on a slip: read, wiped from the address, looked up.
     A screen that the room shares is opened at the poll alone and stays there, for codes that are
     typed; no server hears of it. */
  const readSlip = () => {
    const found = SLIP.exec(location.hash);
    const form = document.querySelector("[data-entry]");
    const shared = SHARED.exec(location.hash);
    if (!location.hash) {
      return;
    }
    if (shared && form) {
      form.elements.poll.value = shared[1];
    } else if (shared) {
      // The answer to a ballot stands here under the address of the page that asks for codes.
      location.reload();
      return;
    }
    if (shared || location.hash === STAYS) {
      form?.setAttribute("action", form.getAttribute("action") + STAYS);
      return;
    }
    history.replaceState(null, "", location.pathname);
    if (!found) {
      return;
    }
    if (!form) {
      location.replace(`${home()}#${found[1] ? `${found[1]}.` : ""}${found[2]}`);
      return;
    }
    form.elements.poll.value = found[1] || "";
    form.elements.code.value = found[2];
    form.submit();
  };

  const groupCode = (input) => {
    input.addEventListener("input", () => {
      if (input.selectionStart !== input.value.length) {
        return;
      }
      const signs = input.value.replace(/[^0-9a-z]/gi, "").slice(0, 10);
      input.value = signs.length > 5 ? `${signs.slice(0, 5)} ${signs.slice(5)}` : signs;
    });
    input.form.addEventListener("submit", () => {
      input.value = input.value.replace(/[^0-9a-z]/gi, "");
    });
  };

  const vote = (form) => {
    const questions = [...form.querySelectorAll("[data-question]")];
    const review = form.querySelector("[data-review]");
    const steps = [...questions, review];
    const list = review.querySelector("[data-answers]");
    const last = review.querySelector("[data-cast]");
    let fromReview = false;

    const inputs = (question) => [...question.querySelectorAll(".choice input")];
    const marked = (question) => inputs(question).filter((one) => one.checked);
    const isOne = (question) => inputs(question)[0]?.type === "radio";
    const titleOf = (input) => input.closest("label").innerText.trim();

    /* One sign for each option: every choice makes a message of the same length. */
    const signs = (question) => {
      if (isOne(question)) {
        return marked(question)[0]?.value ?? question.dataset.blank;
      }
      return inputs(question)
        .map((one) => (one.checked ? "1" : "0"))
        .join("");
    };

    const isBlank = (question) => !signs(question).includes("1");
    const hasTooMany = (question) =>
      signs(question).replaceAll("0", "").length > Number(question.dataset.most);

    const go = (place) => {
      steps.forEach((step, index) => step.classList.toggle("current", index === place));
      if (steps[place] === review) {
        summarise();
      }
      scrollTo(0, 0);
      steps[place].querySelector("[tabindex='-1']").focus();
    };

    const summarise = () => {
      list.replaceChildren(
        ...questions.map((question, place) => {
          const line = document.createElement("li");
          const text = document.createElement("div");
          const answer = document.createElement("b");
          const change = document.createElement("button");
          text.textContent = question.querySelector(".text").textContent;
          answer.textContent = isBlank(question)
            ? list.dataset.blank
            : marked(question).map(titleOf).join("; ");
          if (hasTooMany(question)) {
            answer.textContent += ` (${list.dataset.invalid})`;
          }
          text.append(answer);
          change.type = "button";
          change.textContent = list.dataset.change;
          change.setAttribute("aria-label", `${list.dataset.changeQuestion} ${place + 1}`);
          change.addEventListener("click", () => {
            fromReview = true;
            go(place);
          });
          line.append(text, change);
          return line;
        }),
      );
    };

    const warn = (question) => {
      const place = question.querySelector("[data-too-many]");
      if (place) {
        place.textContent = hasTooMany(question)
          ? question.querySelector(".help").textContent.trim()
          : "";
      }
    };

    const message = () => {
      const body = new URLSearchParams();
      body.set("code", form.elements.code.value);
      body.set("poll", form.elements.poll.value);
      questions.forEach((question) => body.set(question.dataset.question, signs(question)));
      return body;
    };

    const send = async () => {
      const lost = review.querySelector("[data-lost]");
      const clock = new AbortController();
      const ends = setTimeout(() => clock.abort(), PATIENCE);
      lost.hidden = true;
      last.disabled = true;
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          body: message(),
          credentials: "omit",
          cache: "no-store",
          redirect: "error",
          signal: clock.signal,
        });
        if (answer.status >= 500) {
          throw new Error(String(answer.status));
        }
        finish(await answer.text(), form.elements.poll.value);
      } catch {
        lost.hidden = false;
        last.disabled = false;
        last.focus();
      } finally {
        clearTimeout(ends);
      }
    };

    questions.forEach((question) => {
      if (isOne(question)) {
        // A box marked beforehand would look like an answer; unanswered stays blank.
        marked(question).forEach((one) => (one.checked = false));
      }
      question.addEventListener("change", () => warn(question));
    });
    form.addEventListener("click", (event) => {
      const at = steps.findIndex((step) => step.classList.contains("current"));
      if (event.target.closest("[data-forward]")) {
        go(fromReview ? steps.length - 1 : at + 1);
        fromReview = false;
      } else if (event.target.closest("[data-back]")) {
        fromReview = false;
        go(at - 1);
      }
    });
    form.addEventListener("keydown", (event) => {
      // Enter on a box would send a ballot that nobody looked over.
      if (event.key === "Enter" && event.target.matches("input")) {
        event.preventDefault();
        event.target.closest(".step").querySelector("[data-forward]")?.click();
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (review.classList.contains("current") && !last.disabled) {
        send();
      }
    });
    go(0);
  };

  /* The answer takes the ballot's place, so that no page of the history shows a choice. */
  const finish = (text, poll) => {
    const stays = location.hash === STAYS;
    const answer = new DOMParser().parseFromString(text, "text/html");
    document.title = answer.title;
    document.body = document.adoptNode(answer.body);
    history.replaceState(null, "", home());
    if (stays) {
      document.querySelector(".next")?.setAttribute("href", `${home()}#${poll}.`);
    }
    start();
    scrollTo(0, 0);
    document.querySelector("h1")?.focus();
  };

  const start = () => {
    document.querySelectorAll("[data-entry] .code").forEach(groupCode);
    document.querySelectorAll("[data-ballot]").forEach(vote);
  };

  addEventListener("DOMContentLoaded", () => {
    start();
    readSlip();
  });
  addEventListener("hashchange", readSlip);
  // A page that the browser keeps for "back" is emptied as it is left, and loaded anew.
  addEventListener("pagehide", () => {
    document.querySelectorAll("form").forEach((form) => form.reset());
    document.querySelectorAll("[data-answers]").forEach((list) => list.replaceChildren());
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      location.replace(home());
    }
  });
})();
