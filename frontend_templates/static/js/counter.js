/* Counts what a person sees as characters in a textarea with data-counter, as the server does.
   The wording comes from the page, in the page's language. */
(() => {
  "use strict";
  const segmenter = new Intl.Segmenter(document.documentElement.lang || "ja", {
    granularity: "grapheme",
  });

  const count = (text) => [...segmenter.segment(text.replaceAll("\r\n", "\n").trim())].length;

  const show = (area) => {
    const output = document.getElementById(area.dataset.counter);
    if (!output) return;
    const left = Number(area.dataset.limit) - count(area.value);
    output.dataset.over = String(left < 0);
    const words = left < 0 ? output.dataset.overText : output.dataset.leftText;
    output.textContent = words.replace("{n}", String(Math.abs(left)));
  };

  // Announcing every key press would drown out the text itself: wait for a pause.
  let pause;
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement) || !area.dataset.counter) return;
    clearTimeout(pause);
    pause = setTimeout(() => show(area), 300);
  });

  const showAll = (root) => root.querySelectorAll("textarea[data-counter]").forEach(show);
  showAll(document);
  document.addEventListener("part:load", (event) => showAll(event.target));
})();
