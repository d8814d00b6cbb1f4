// The one script of every page. Each module finds its own elements by data-tc-* and listens once.
import htmx from "htmx.org";
import "./dialogs.js";
import "./fill.js";
import "./keyboard.js";
import "./lists.js";
import "./query.js";
import "./clock.js";

window.htmx = htmx;

function drawCharts(root) {
  const places = root.querySelectorAll("[data-tc-chart]");
  if (places.length) {
    import("./charts.js").then(({ draw }) => places.forEach(draw));
  }
}

document.addEventListener("htmx:load", (event) => drawCharts(event.detail.elt));

// A button that was pressed says so and cannot be pressed twice.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && event.target.method === "post" && button.value !== "export") {
    button.setAttribute("aria-busy", "true");
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-tc-print]")) window.print();
  if (event.target.closest("[data-tc-back]")) history.back();
  if (event.target.closest("[data-tc-stop]")) asking?.dispatchEvent(new Event("htmx:abort"));
});

let asking = null;
document.addEventListener("htmx:beforeRequest", (event) => (asking = event.detail.elt));

// Polling stays silent when it fails; what a person asked for is answered in the page.
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.requestConfig.headers["X-Tc-Poll"]) return;
    const words = document.getElementById("tc-no-answer");
    if (words) event.detail.target.prepend(words.content.cloneNode(true));
  });
}
