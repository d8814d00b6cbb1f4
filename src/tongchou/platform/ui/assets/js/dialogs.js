// data-tc-open="id" opens a dialog, data-tc-close closes it; the browser gives focus back.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-tc-open]");
  if (opener) document.getElementById(opener.dataset.tcOpen)?.showModal();
  if (event.target.closest("[data-tc-close]")) event.target.closest("dialog")?.close();
  for (const open of document.querySelectorAll("details.tc-pop[open], details.tc-person[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
