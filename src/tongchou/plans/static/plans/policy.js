// The policy table: which number is open, which numbers rest on a clause.

const numbers = () => document.querySelectorAll(".tc-number");

function press(path) {
  for (const number of numbers()) {
    number.setAttribute("aria-pressed", String(number.dataset.path === path));
  }
}

function rest(clause, on) {
  for (const number of numbers()) {
    number.classList.toggle("tc-resting", on && number.dataset.clause === clause);
  }
}

const listen = (event, on) =>
  document.addEventListener(event, ({ target }) => {
    const clause = target.closest?.("[data-of]");
    if (clause) rest(clause.dataset.of, on);
  });
listen("mouseover", true);
listen("mouseout", false);
listen("focusin", true);
listen("focusout", false);

document.addEventListener("click", ({ target }) => {
  const clause = target.closest("[data-of]");
  if (clause) document.querySelector(`.tc-number[data-clause="${clause.dataset.of}"]`)?.focus();
});

// The panel was replaced: the pressed number follows it, and on a narrow screen so does the eye.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "tc-number") return;
  press(target.querySelector("[data-at]")?.dataset.at);
  if (matchMedia("(max-width: 899px)").matches) target.scrollIntoView();
});
press(document.querySelector("#tc-number [data-at]")?.dataset.at);

document.querySelector("[data-policy-diff]")?.addEventListener("change", ({ target }) => {
  const url = new URL(location.href);
  url.searchParams.set("diff", target.checked ? "1" : "0");
  location.assign(url);
});

function showBasis(form) {
  const chosen = form.querySelector("[name=basis]").value;
  for (const part of form.querySelectorAll("[data-basis]")) {
    part.hidden = part.dataset.basis !== chosen;
  }
}
document.querySelectorAll("[data-policy-basis]").forEach((form) => {
  form.addEventListener("change", () => showBasis(form));
  showBasis(form);
});
