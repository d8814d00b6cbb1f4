// Demonstration: one click on a user fills the sign-in form.
document.addEventListener("click", (event) => {
  const offered = event.target.closest("[data-tc-fill]");
  if (!offered) return;
  document.querySelector("[name=login]").value = offered.dataset.tcFill;
  const password = document.querySelector("[name=password]");
  password.value = offered.dataset.tcFillPassword;
  password.form.querySelector("button").focus();
});
