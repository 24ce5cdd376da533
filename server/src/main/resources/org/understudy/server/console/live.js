/* Shows the progress of work as it comes; without this the page is loaded again every few seconds. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("[data-live]")) {
    const events = new EventSource(box.dataset.live);
    events.addEventListener("progress", (event) => { box.innerHTML = event.data; });
    events.addEventListener("end", () => { events.close(); window.location.replace(box.dataset.then); });
    window.addEventListener("pagehide", () => events.close());
  }
});
