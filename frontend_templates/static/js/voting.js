/* Voting on a card by key and by swipe: both press the buttons that are there without this file. */
(() => {
  "use strict";
  const FAR = 80; // pixels that make a swipe
  const STRAIGHT = 60; // and how far it may stray

  const press = (value) =>
    document.querySelector(`#card .vote-card__choices [value="${value}"]`)?.click();

  // Keys count only inside the card, so that they never clash with those of a reader or a field.
  const KEYS = { a: "agree", d: "disagree", p: "pass", ArrowRight: "agree", ArrowLeft: "disagree" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (!event.target.closest?.("[data-voting]")) return;
    const value = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!value) return;
    event.preventDefault();
    press(value);
  });

  let start = null;
  document.addEventListener("pointerdown", (event) => {
    const text = event.pointerType !== "mouse" && event.target.closest?.(".vote-card__text");
    start = text ? { x: event.clientX, y: event.clientY } : null;
  });
  document.addEventListener("pointerup", (event) => {
    if (!start) return;
    const across = event.clientX - start.x;
    const strayed = Math.abs(event.clientY - start.y);
    start = null;
    if (Math.abs(across) >= FAR && strayed <= STRAIGHT) press(across > 0 ? "agree" : "disagree");
  });
  document.addEventListener("pointercancel", () => {
    start = null;
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

  // The next card takes the focus: keys go on working and a reader reads it out.
  document.addEventListener("part:load", (event) => {
    if (event.target.id === "card") event.target.focus({ preventScroll: true });
  });
})();
