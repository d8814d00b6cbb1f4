// Fetches the live part again every few seconds; pauses by the button, 空格 or a hovering pointer.
const place = document.querySelector("[data-gw-live]");
const button = document.querySelector("[data-gw-pause]");
let paused = false;
let over = false;

button?.addEventListener("click", () => {
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
  document.body.toggleAttribute("data-gw-paused", paused);
});
place?.addEventListener("pointerenter", () => { over = true; });
place?.addEventListener("pointerleave", () => { over = false; });

async function refresh() {
  if (paused || over || document.hidden || place.contains(document.activeElement)) return;
  const address = place.dataset.gwLive + location.search;
  const answer = await fetch(address, { headers: { "HX-Request": "true", "X-Tc-Poll": "1" } });
  if (!answer.ok || answer.redirected) return;
  place.innerHTML = await answer.text();
  document.querySelector("[data-gw-now]").textContent = place.querySelector("[data-gw-time]").textContent;
  // The shell draws the charts of whatever is loaded.
  window.htmx.trigger(place, "htmx:load");
}

// A busy day takes longer to count: the server is asked for a tenth of its time at most.
async function keepOn() {
  const began = performance.now();
  await refresh().catch(() => {});
  setTimeout(keepOn, Math.max(2000, 10 * (performance.now() - began)));
}

if (place) setTimeout(keepOn, 2000);
