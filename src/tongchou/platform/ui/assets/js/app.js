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
});
