/* Enhancements of forms; forms work without this file. */
(() => {
  "use strict";

  // Ignore a second submit while the first is pending. The block ends after 8 s, because a download
  // leaves the page, and so the form, as it is.
  const pending = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.swap) return;
    if (pending.has(form)) {
      event.preventDefault();
      return;
    }
    pending.add(form);
    event.submitter?.setAttribute("aria-busy", "true");
    const release = () => {
      pending.delete(form);
      event.submitter?.removeAttribute("aria-busy");
    };
    setTimeout(release, 8000);
    // The back button may restore the page with its busy form (back/forward cache).
    window.addEventListener("pageshow", release, { once: true });
  });

  // No answer, or an error page of a proxy: show a message where refusals are shown.
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

  // A page that answers a private form is not kept by the browser: Back opens the form anew.
  if (document.querySelector("form[data-private]")) history.replaceState(history.state, "");

  // After a refusal the error summary gets the focus, after a preview the preview.
  const summary = (root) => root.querySelector?.("[data-error-summary], [data-focus]")?.focus();
  summary(document);
  document.addEventListener("part:load", (event) => {
    const root = event.target;
    if (root.matches?.("[data-error-summary]")) root.focus();
    else summary(root);
  });
})();
