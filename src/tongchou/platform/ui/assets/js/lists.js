// Rows by keyboard, selection with the sums of what is selected, and the row one came from.
import { inField, lettersOn, plain } from "./keyboard.js";

const AT = "tc-at";
const rowsNow = () => [...document.querySelectorAll("tr[data-tc-row]")];
const current = () => document.querySelector(`tr.${AT}`);
const tick = (row) => row?.querySelector("input[name=pick]");
let anchor = null;

function stand(row) {
  current()?.classList.remove(AT);
  row.classList.add(AT);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const rows = rowsNow();
  const at = rows.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  if (rows[next]) stand(rows[next]);
}

function pick(extend) {
  const row = current();
  const box = tick(row);
  if (!box) return;
  const rows = rowsNow();
  if (extend && anchor && rows.includes(anchor)) {
    const [from, to] = [rows.indexOf(anchor), rows.indexOf(row)].sort((a, b) => a - b);
    rows.slice(from, to + 1).forEach((one) => (tick(one).checked = true));
  } else {
    box.checked = !box.checked;
    anchor = row;
  }
  refresh(box.form);
}

function open(row) {
  if (!row?.dataset.tcHref) return;
  leave(row);
  location.assign(row.dataset.tcHref);
}

function leave(row) {
  sessionStorage.setItem("tc-came-from", location.href);
  sessionStorage.setItem(`tc-row:${location.pathname}`, row.dataset.tcRow);
}

document.addEventListener("keydown", (event) => {
  if (!plain(event) || inField(event.target) || document.querySelector("dialog[open]")) return;
  if (!rowsNow().length) return;
  if (event.key === "Enter" && current() && document.activeElement === current()) {
    open(current());
  } else if (lettersOn() && "jJkKxX".includes(event.key)) {
    if (event.key.toLowerCase() === "x") pick(event.shiftKey);
    else move(event.key.toLowerCase() === "j" ? 1 : -1);
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-tc-row]");
  if (!row) return;
  if (event.target.closest("a[href]")) leave(row);
  else if (!event.target.closest("input, button, label, summary")) {
    if (matchMedia("(max-width: 639px)").matches) open(row);
    else stand(row);
  }
});

// Amounts are added as whole fen, never as floating point.
function written(kind, total) {
  const negative = total < 0n;
  const digits = (negative ? -total : total).toString();
  const whole = kind === "money" ? digits.padStart(3, "0").slice(0, -2) : digits;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const fen = kind === "money" ? `.${digits.padStart(3, "0").slice(-2)}` : "";
  return `${negative ? "\u2212" : ""}${grouped}${fen}`;
}

function refresh(form) {
  const boxes = [...form.querySelectorAll("input[name=pick]")];
  const picked = boxes.filter((box) => box.checked);
  const all = form.elements.all.value === "1";
  const totals = {};
  for (const box of picked) {
    for (const pair of box.dataset.tcSums.split(",").filter(Boolean)) {
      const [name, value] = pair.split(":");
      totals[name] = (totals[name] ?? 0n) + BigInt(value);
    }
  }
  boxes.forEach((box) => box.closest("tr").setAttribute("aria-selected", String(box.checked)));
  const bar = form.querySelector("[data-tc-batch-bar]");
  if (!bar) return;
  bar.hidden = picked.length === 0;
  const everything = bar.querySelector("[data-tc-pick-all]");
  const count = all ? everything.dataset.tcCount : String(picked.length);
  bar.querySelector("[data-tc-picked]").textContent = written("count", BigInt(count));
  bar.querySelectorAll("[data-tc-sum]").forEach((place) => {
    place.textContent = written(place.dataset.tcKind, totals[place.dataset.tcSum] ?? 0n);
    place.hidden = all;
    place.nextElementSibling.hidden = !all;
  });
  everything.hidden = all || boxes.length >= Number(everything.dataset.tcCount);
  const whole = form.querySelector("[data-tc-pick-page]");
  whole.checked = picked.length === boxes.length;
  whole.indeterminate = picked.length > 0 && picked.length < boxes.length;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-tc-batch]");
  if (!form) return;
  if (event.target.matches("[data-tc-pick-page]")) {
    form.querySelectorAll("input[name=pick]").forEach((box) => (box.checked = event.target.checked));
  }
  form.elements.all.value = "";
  refresh(form);
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-tc-batch]");
  if (!form) return;
  const every = event.target.closest("[data-tc-pick-all]");
  const none = event.target.closest("[data-tc-pick-none]");
  if (!every && !none) return;
  form.querySelectorAll("input[name=pick]").forEach((box) => (box.checked = Boolean(every)));
  form.elements.all.value = every ? "1" : "";
  refresh(form);
});

const was = sessionStorage.getItem(`tc-row:${location.pathname}`);
const back = was && rowsNow().find((row) => row.dataset.tcRow === was);
if (back && sessionStorage.getItem("tc-came-from") === location.href) stand(back);
