/* Keeps what is typed into a long text in this browser until it is sent, and offers it when the form
   is opened again: after a reload, a crash or a session that ended.
   - Kept by account, form and field, for a week. Another account's drafts are never shown.
   - Nothing is kept of forms with data-private, nor of forms that do not say as whom they were opened.
   - Sending removes it, once the site has answered that it is done; signing out removes all. */
(() => {
  "use strict";
  const PREFIX = "draft:";
  const KEPT_FOR = 7 * 86400000; // milliseconds
  const PAUSE = 400; // milliseconds without a keystroke before the text is stored
  let drafts, sent;
  try {
    drafts = window.localStorage;
    sent = window.sessionStorage;
  } catch {
    return; // the browser keeps nothing for this site
  }

  const keyOf = (area) => {
    const form = area.form;
    const identity = form?.querySelector('[name="opened_as"]')?.value;
    if (!identity || form.hasAttribute("data-private")) return "";
    const address = new URL(form.getAttribute("action") || location.href, location.href);
    return `${PREFIX}${identity.slice(0, 24)}:${address.pathname.replace(/^\/..\//, "/")}:${area.name}`;
  };

  const read = (key) => {
    try {
      return JSON.parse(drafts.getItem(key));
    } catch {
      return null;
    }
  };

  const forget = (isOld) => {
    for (const key of Object.keys(drafts)) {
      if (key.startsWith(PREFIX) && isOld(key)) drafts.removeItem(key);
    }
  };

  const store = (area) => {
    const key = keyOf(area);
    if (!key) return;
    const base = area.defaultValue;
    try {
      if (area.value === base) drafts.removeItem(key);
      else drafts.setItem(key, JSON.stringify({ text: area.value, base, at: Date.now() }));
    } catch {
      // No room is left: the text stays in the page, as without this file.
    }
  };

  // The answer to a form: done if it led to another page or says so; refused with a summary of errors.
  const settle = () => {
    const keys = JSON.parse(sent.getItem(PREFIX) || "[]");
    sent.removeItem(PREFIX);
    const [visit] = performance.getEntriesByType("navigation");
    const isDone = visit?.redirectCount > 0 || document.querySelector("[data-sent]");
    if (!isDone || document.querySelector("[data-error-summary]")) return;
    keys.forEach((key) => drafts.removeItem(key));
  };

  const offer = (area) => {
    const draft = read(keyOf(area));
    const template = area.parentElement.querySelector("template[data-draft]");
    if (!draft || !template || draft.text === area.value) return;
    const notice = template.content.cloneNode(true).firstElementChild;
    const other = { text: draft.text };
    const exchange = () => {
      [area.value, other.text] = [other.text, area.value];
      notice.dataset.draft = area.value === draft.text ? "restored" : "waiting";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    notice.dataset.draft = "waiting";
    notice.querySelector("[data-draft-exchange]").addEventListener("click", exchange);
    notice.querySelector("[data-draft-forget]").addEventListener("click", () => {
      if (notice.dataset.draft === "restored") exchange();
      drafts.removeItem(keyOf(area));
      notice.remove();
      area.focus();
    });
    area.before(notice);
    // A text that was saved meanwhile is not replaced without being asked.
    if (area.value === draft.base) exchange();
  };

  const pauses = new Map();
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement)) return;
    clearTimeout(pauses.get(area));
    pauses.set(area, setTimeout(store, PAUSE, area));
  });
  window.addEventListener("pagehide", () => pauses.forEach((_, area) => store(area)));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-ends-session")) {
      pauses.clear();
      forget(() => true);
    } else if (form.method === "post" && !event.defaultPrevented) {
      const keys = [...form.querySelectorAll("textarea")].map(keyOf).filter(Boolean);
      if (keys.length) sent.setItem(PREFIX, JSON.stringify(keys));
    }
  });

  settle();
  forget((key) => !(Date.now() - read(key)?.at < KEPT_FOR));
  const offerAll = (root) => root.querySelectorAll("textarea:not([readonly])").forEach(offer);
  offerAll(document);
  document.addEventListener("part:load", (event) => offerAll(event.target));
})();
