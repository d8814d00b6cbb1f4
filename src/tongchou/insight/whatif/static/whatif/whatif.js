// Numbers that are dragged or typed: field, slider and mark stay one; what moved asks for figures.

const form = document.getElementById("whatif");
const results = document.querySelector(".wi-results");

const yuan = (value) => (value / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });
const percent = (value) => String(value / 100);
const isRate = (row) => row.querySelector(".wi-field i") !== null;

// Fen, or ten-thousandths; null for what is no number (不设, or half typed).
function read(text) {
  const plain = text.replace(/[,，\s%％]/g, "");
  return /^\d+(\.\d{0,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
}

// A slider of money goes as far as what was typed; one of percent ends at 100.
function reach(row, range, value) {
  if (!isRate(row) && value > Number(range.max)) range.max = value;
}

function paint(row) {
  const field = row.querySelector(".wi-field input");
  const range = row.querySelector("[type=range]");
  const now = read(field.value);
  const present = read(row.dataset.present);
  const moved = now === null ? field.value.trim() !== row.dataset.present : now !== present;
  row.classList.toggle("wi-moved", moved);
  row.classList.remove("wi-wrong");
  if (!range || now === null) return;
  reach(row, range, now);
  const along = (value) => `${(Math.min(Math.max(value, 0) / Number(range.max), 1)) * 100}%`;
  const bar = row.querySelector(".wi-bar");
  bar.setAttribute("x", along(Math.min(now, present)));
  bar.setAttribute("width", along(Math.abs(Math.min(now, Number(range.max)) - present)));
  row.querySelector(".wi-mark").setAttribute("x", along(present));
}

// While a slider moves the effect follows it, at most so often; what is typed waits for a rest.
const OFTEN = 200;
const REST = 250;
let asked = 0;
let waiting = 0;

function ask(resting) {
  clearTimeout(waiting);
  const since = performance.now() - asked;
  const wait = resting ? REST : Math.max(OFTEN - since, 0);
  waiting = setTimeout(() => {
    asked = performance.now();
    form.dispatchEvent(new Event("redraw"));
  }, wait);
}

function moved(row, resting) {
  paint(row);
  form.elements.at.value = row.dataset.wiParam;
  form.dispatchEvent(new Event("moved"));
  ask(resting);
}

function slideTo(row, value) {
  const range = row.querySelector("[type=range]");
  const field = row.querySelector(".wi-field input");
  const kept = Math.min(Math.max(value, 0), Number(range.max));
  range.value = kept;
  // The slider's own steps may not hit the value: what the hand asked for counts.
  field.value = isRate(row) ? percent(kept) : yuan(kept);
  moved(row, false);
}

form?.addEventListener("input", ({ target }) => {
  const row = target.closest("[data-wi-param]");
  if (!row) return;
  if (target.type === "range") {
    slideTo(row, Number(target.value));
  } else {
    const value = read(target.value);
    const range = row.querySelector("[type=range]");
    if (range && value !== null) {
      reach(row, range, value);
      range.value = value;
    }
    moved(row, true);
  }
});

// ← → on a slider, ↑ ↓ in a field; ten steps with Shift.
form?.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-wi-param]");
  const range = row?.querySelector("[type=range]");
  if (!range || event.isComposing) return;
  const keys = event.target === range ? ["ArrowLeft", "ArrowRight"] : ["ArrowDown", "ArrowUp"];
  const way = keys.indexOf(event.key);
  if (way < 0) return;
  event.preventDefault();
  const from = read(row.querySelector(".wi-field input").value) ?? Number(range.dataset.present);
  slideTo(row, from + (way ? 1 : -1) * Number(range.step) * (event.shiftKey ? 10 : 1));
});

form?.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("formaction")) return; // kept, not tried
  event.preventDefault();
  ask(false);
});

document.addEventListener("click", ({ target }) => {
  const by = target.closest("[data-wi-by]");
  if (by) {
    form.elements.by.value = by.dataset.wiBy;
    ask(false);
  }
  if (target.closest("[data-wi-reset]")) {
    form.elements.carried.value = "";
    for (const row of form.querySelectorAll("[data-wi-param]")) {
      row.querySelector(".wi-field input").value = row.dataset.present;
      const range = row.querySelector("[type=range]");
      if (range) range.value = range.dataset.present;
      paint(row);
    }
    form.elements.at.value = "";
    form.dispatchEvent(new Event("moved"));
    ask(false);
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-wi-choose]")) target.form.requestSubmit();
});

// New figures are there: the old reason goes.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "effect") {
    document.getElementById("whatif-wrong").replaceChildren();
    results.classList.remove("wi-stale");
    for (const row of form.querySelectorAll(".wi-wrong")) row.classList.remove("wi-wrong");
  }
  if (target.id === "whatif-wrong") {
    results.classList.add("wi-stale");
    for (const one of target.querySelectorAll("[data-wi-wrong]")) {
      form.querySelector(`[data-wi-param="${CSS.escape(one.dataset.wiWrong)}"]`)?.classList.add("wi-wrong");
    }
  }
});
