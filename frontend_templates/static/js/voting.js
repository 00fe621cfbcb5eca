/* Voting on a card by key and by swipe: both press the buttons that are there without this file. */
(() => {
  "use strict";
  const FAR = 80; // pixels that make a swipe
  const STRAIGHT = 60; // and how far it may stray
  const CHOICES = "#card .vote-card__choices";
  const OFF = "voting-keys-off";

  const buttonOf = (value) => document.querySelector(`${CHOICES} [value="${value}"]`);

  // Single letters can be turned off, for those who speak to their computer (WCAG 2.1.4).
  const KEYS = { a: "agree", d: "disagree", p: "pass", ArrowRight: "agree", ArrowLeft: "disagree" };
  const FIELDS = "input, textarea, select, [contenteditable], dialog, [role=listbox]";
  let areOn = true;
  try {
    areOn = !localStorage.getItem(OFF);
  } catch {
    // Nothing is kept for this site: on at each visit.
  }

  const turn = (on) => {
    areOn = on;
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      // As above.
    }
    tell();
  };

  const tell = () => {
    if (!document.getElementById("card")) return;
    document.documentElement.dataset.votingKeys = areOn ? "on" : "off";
    for (const button of document.querySelectorAll(`${CHOICES} [data-key]`)) {
      if (areOn) button.setAttribute("aria-keyshortcuts", button.dataset.key);
      else button.removeAttribute("aria-keyshortcuts");
    }
    const toggle = document.querySelector("[data-voting-toggle]");
    if (toggle) toggle.textContent = areOn ? toggle.dataset.off : toggle.dataset.on;
  };

  document.addEventListener("keydown", (event) => {
    if (!areOn || event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
    const button = buttonOf(KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key]);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-voting-toggle]")) turn(!areOn);
  });

  // The card follows the finger. Beyond FAR it says what letting go means.
  let grip = null;
  const letGo = () => {
    const { text } = grip;
    grip = null;
    delete text.dataset.lean;
    delete text.dataset.held;
    text.style.removeProperty("--across");
    text.style.removeProperty("--pull");
  };
  const isHeld = (event) => grip?.id === event.pointerId;

  document.addEventListener("pointerdown", (event) => {
    if (grip || event.pointerType === "mouse" || !document.querySelector(CHOICES)) return;
    const text = event.target.closest?.(".vote-card__text");
    if (text) grip = { id: event.pointerId, text, x: event.clientX, y: event.clientY };
  });
  document.addEventListener("pointermove", (event) => {
    if (!isHeld(event)) return;
    const across = event.clientX - grip.x;
    if (Math.abs(event.clientY - grip.y) > STRAIGHT) {
      letGo();
      return;
    }
    const { style, dataset } = grip.text;
    const towards = across > 0 ? "agree" : "disagree";
    dataset.held = towards;
    style.setProperty("--across", `${across}px`);
    style.setProperty("--pull", `${Math.min(100, (Math.abs(across) / FAR) * 100)}%`);
    if (Math.abs(across) < FAR) delete dataset.lean;
    else dataset.lean = towards;
    dataset.word = buttonOf(towards)?.firstElementChild.textContent ?? "";
  });
  document.addEventListener("pointerup", (event) => {
    if (!isHeld(event)) return;
    const { lean } = grip.text.dataset;
    letGo();
    if (lean) buttonOf(lean)?.click();
  });
  document.addEventListener("pointercancel", (event) => {
    if (isHeld(event)) letGo();
  });

  // The line with the group that votes alike: after the seventh vote, and after each third from then.
  const FIRST = 7;
  const EACH = 3;
  document.addEventListener("part:load", (event) => {
    const voted = Number(event.target.id === "card" && event.target.dataset.voted);
    const line = document.getElementById("nearest");
    if (!line || voted < FIRST || (line.firstElementChild && (voted - FIRST) % EACH)) return;
    line.dataset.part = line.dataset.partLater;
    line.dispatchEvent(new CustomEvent("part:wanted", { bubbles: true }));
  });

  tell();
  document.querySelectorAll("[data-voting-hint]").forEach((hint) => (hint.hidden = false));
  // The next card takes the focus: a reader reads it out.
  document.addEventListener("part:load", (event) => {
    if (event.target.id !== "card") return;
    tell();
    event.target.focus({ preventScroll: true });
  });
})();
