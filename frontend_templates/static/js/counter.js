/* Counts the grapheme clusters in a textarea with data-counter, as the server does. The text of the
   counter is an attribute of the page, in its language. */
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

  // Debounce: announcing every key press would drown out the text in a screen reader.
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
