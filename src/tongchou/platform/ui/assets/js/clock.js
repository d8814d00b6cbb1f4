// The minute in the top bar moves on from the server's own time, not from the visitor's clock.
const place = document.querySelector("[data-tc-clock]");
if (place) {
  const start = Date.parse(place.dateTime);
  const opened = performance.now();
  const zone = place.dateTime.slice(-6);
  const shift = (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  setInterval(() => {
    const now = new Date(start + performance.now() - opened + shift * 60000).toISOString();
    const time = now.slice(11, 16);
    if (now.slice(0, 10) === place.dateTime.slice(0, 10)) {
      place.textContent = place.textContent.replace(/\d\d:\d\d$/, time);
    }
  }, 10000);
}
