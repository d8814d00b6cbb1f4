// The wall asks for itself every few seconds. When it is not answered it says so, large.
const place = document.querySelector("[data-gw-wall]");
const stale = document.querySelector("[data-gw-stale]");

async function refresh() {
  const answer = await fetch(place.dataset.gwWall, { headers: { "HX-Request": "true", "X-Tc-Poll": "1" } });
  // An ended session is answered by an address to go to, not by figures.
  if (!answer.ok || answer.redirected || answer.headers.has("HX-Redirect")) throw new Error("no figures");
  place.innerHTML = await answer.text();
  window.htmx.trigger(place, "htmx:load");
}

// A busy day takes longer to count: the server is asked for a tenth of its time at most.
async function keepOn() {
  const began = performance.now();
  await refresh().then(() => { stale.hidden = true; }, () => { stale.hidden = false; });
  setTimeout(keepOn, Math.max(4000, 10 * (performance.now() - began)));
}

setTimeout(keepOn, 4000);
