// Single letters act only outside fields, never while an input method composes, and can be
// switched off (WCAG 2.1.4). An element says its key by data-tc-key.
const OFF = "tc-keys-off";
const FIELDS = "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]";

export const lettersOn = () => localStorage.getItem(OFF) !== "1";
export const inField = (target) => target instanceof Element && target.closest(FIELDS) !== null;
export const plain = (event) =>
  !event.isComposing && event.keyCode !== 229 && !event.ctrlKey && !event.metaKey && !event.altKey;

const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

function press(event) {
  if (!plain(event) || event.defaultPrevented) return;
  if (event.key === "Escape") return escape(event);
  if (inField(event.target) || document.querySelector("dialog[open]")) return;
  if (!lettersOn() && event.key !== "/") return;
  const key = event.key.toLowerCase();
  const wanted = [...document.querySelectorAll(`[data-tc-key="${CSS.escape(key)}"]`)].find(visible);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches(FIELDS)) {
    wanted.focus();
    wanted.select?.();
  } else {
    wanted.click();
  }
}

// Leaves a field, then closes what hangs open, then goes back to the row one came from.
function escape(event) {
  if (document.querySelector("dialog[open]")) return;
  const open = document.querySelector("details.tc-pop[open], details.tc-person[open]");
  if (open) {
    open.open = false;
  } else if (inField(event.target)) {
    event.target.blur();
  } else if (sessionStorage.getItem("tc-came-from") && !document.querySelector("[data-tc-list]")) {
    location.assign(sessionStorage.getItem("tc-came-from"));
  }
}

document.addEventListener("keydown", press);

// A card reader types a number and ends in Enter: outside fields it goes to the search, or to the
// person field of a form that has one.
let typed = "";
let last = 0;
document.addEventListener("keydown", (event) => {
  if (!plain(event) || inField(event.target)) return;
  // When the key was struck, not when a busy page came to it; a reader strikes far faster than this.
  if (event.timeStamp - last > 200) typed = "";
  last = event.timeStamp;
  if (/^[0-9A-Za-z]$/.test(event.key)) {
    typed += event.key;
  } else if (event.key === "Enter" && typed.length >= 8) {
    const place = document.querySelector("[data-tc-card]") ?? document.querySelector("[data-tc-key='/']");
    if (place) {
      event.preventDefault();
      event.stopImmediatePropagation();
      place.value = typed;
      place.form.requestSubmit();
    }
    typed = "";
  }
}, true);

const off = document.querySelector("[data-tc-keys-off]");
if (off) {
  off.checked = !lettersOn();
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
}
