// The query area: empty conditions stay out of the address; 更多条件 opens in place.
document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-tc-more]");
  if (!toggle) return;
  const open = toggle.form.toggleAttribute("data-more");
  toggle.setAttribute("aria-expanded", String(open));
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  for (const name of [...new Set(event.detail.formData.keys())]) {
    const values = event.detail.formData.getAll(name).filter((value) => value !== "");
    event.detail.formData.delete(name);
    values.forEach((value) => event.detail.formData.append(name, value));
  }
});
