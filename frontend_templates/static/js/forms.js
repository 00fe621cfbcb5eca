/* Small comforts of forms; each works without this file. */
(() => {
  "use strict";

  // A form is sent once: pressing twice while the first is under way does nothing. The block
  // lifts by itself, so that an answer which is a download does not leave the form dead.
  const underWay = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.swap) return;
    if (underWay.has(form)) {
      event.preventDefault();
      return;
    }
    underWay.add(form);
    event.submitter?.setAttribute("aria-busy", "true");
    const rest = () => {
      underWay.delete(form);
      event.submitter?.removeAttribute("aria-busy");
    };
    setTimeout(rest, 8000);
    // The browser's back button shows the page as it was left, busy form included.
    window.addEventListener("pageshow", rest, { once: true });
  });

  // No answer, or one from a proxy instead of the site: say so where refusals are said.
  const unreachable = () => {
    const notices = document.getElementById("notices");
    const text = document.createElement("p");
    text.className = "field__error";
    text.setAttribute("role", "alert");
    text.textContent = notices.dataset.unreachable;
    notices.replaceChildren(text);
    notices.scrollIntoView({ block: "center" });
  };
  document.addEventListener("part:unreachable", unreachable);
  document.addEventListener("htmx:sendError", unreachable);
  document.addEventListener("htmx:timeout", unreachable);
  document.addEventListener("htmx:responseError", (event) => {
    if ([502, 504].includes(event.detail.xhr.status)) unreachable();
  });

  // Whoever was refused is taken to the list of what to correct.
  const summary = (root) => root.querySelector?.("[data-error-summary]")?.focus();
  summary(document);
  document.addEventListener("part:load", (event) => {
    const root = event.target;
    if (root.matches?.("[data-error-summary]")) root.focus();
    else summary(root);
  });
})();
