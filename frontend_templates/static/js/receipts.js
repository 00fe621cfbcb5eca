/* Copying and printing a receipt number. The buttons are hidden until this file has run. */
(() => {
  "use strict";
  for (const acts of document.querySelectorAll("[data-receipt-acts]")) acts.hidden = false;

  document.addEventListener("click", async (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
    const copier = event.target.closest?.("[data-copy]");
    if (!copier) return;
    const number = document.getElementById(copier.dataset.copy);
    const status = copier.parentElement.nextElementSibling;
    try {
      await navigator.clipboard.writeText(number.textContent);
      status.textContent = status.dataset.copied;
    } catch {
      // No permission, or no https: the number is selected instead.
      getSelection().selectAllChildren(number);
      status.textContent = status.dataset.selected;
    }
  });
})();
