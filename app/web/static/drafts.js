// Keeps what is being typed on an item, so that no sign-out, crash or closed window loses it.
"use strict";
(() => {
  const AFTER = 800, AT_MOST = 2000, ANSWERED_WITHIN = 15000;
  const item = document.querySelector("[data-item]");
  const address = "/desk/items/" + item.dataset.item + "/draft";
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
  const areas = [...document.querySelectorAll("textarea[data-keeps]")];
  const kept = new Map(areas.map((area) => [area, area.value])), waits = new Map();

  let saving = 0, saves = 0;  // what the server is being told just now may be missing from what it says
  const keep = (area) => {
    window.clearTimeout(waits.get(area));
    if (kept.get(area) === area.value) { return Promise.resolve(); }
    kept.set(area, area.value);
    const form = area.form.querySelector("[name=form]")?.value ?? "";
    const body = new URLSearchParams({ place: area.dataset.keeps, words: area.value, form });
    const headers = { "X-CSRF-Token": token, "HX-Request": "true" };
    saving += 1;
    saves += 1;
    return fetch(address, { method: "POST", body, headers, keepalive: true })
      .then((answer) => { if (!answer.ok) { kept.delete(area); } }, () => { kept.delete(area); })
      .then(() => { saving -= 1; });
  };
  const keepAll = () => Promise.all(areas.map(keep));

  for (const area of areas) {
    area.addEventListener("input", () => {
      window.clearTimeout(waits.get(area));
      waits.set(area, window.setTimeout(() => keep(area), AFTER));
    });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) { keepAll(); } });
  window.addEventListener("pagehide", keepAll);

  // The item was closed, taken or given by somebody else: what is typed is kept, and the page is loaded as it is now.
  // By herself: the answer to her form is on its way, and says what was done.
  let sentAt = 0;
  window.addEventListener("submit", (event) => { if (!event.defaultPrevented) { sentAt = Date.now(); } });
  const leave = () => {
    if (Date.now() - sentAt < ANSWERED_WITHIN) { window.setTimeout(leave, 500); return; }
    window.sessionStorage.setItem("handrail-by-itself", "yes");  // nobody opens it: nothing on it counts as read
    keepAll().then(() => window.location.replace("/desk/items/" + item.dataset.item));
  };
  document.body.addEventListener("another-page", leave, { once: true });

  // Every form waits until what stands in the other boxes is kept, but not for ever. What it sends itself is no draft
  // any more; the server holds to that too.
  let goes = null;
  document.addEventListener("submit", (event) => {
    const form = event.target, by = event.submitter;
    if (goes === form || event.defaultPrevented) { return; }
    for (const area of areas.filter((one) => one.form === form)) { window.clearTimeout(waits.get(area)); kept.set(area, area.value); }
    if (areas.every((area) => kept.get(area) === area.value)) { return; }
    event.preventDefault();
    goes = form;
    const enough = new Promise((done) => { window.setTimeout(done, AT_MOST); });
    // not at once: while a form is being submitted, submitting it again is ignored
    Promise.race([keepAll(), enough]).then(() => window.setTimeout(() => {
      delete form.dataset.gone;
      form.requestSubmit(by);
      goes = null;
    }, 0));
  });

  // Loaded anew, the page may have been made before the last words were kept: it looks again for what she left.
  const touched = new Set();
  for (const area of areas) { area.addEventListener("input", () => touched.add(area)); }
  const put = (area, words) => {
    kept.set(area, words);
    area.value = words;
    area.dispatchEvent(new Event("input"));
    touched.delete(area);
  };
  const ask = () => fetch(address).then((answer) => (answer.ok ? answer.json() : null), () => null);
  const lookAgain = () => ask().then((found) => {
    for (const area of areas) {
      const words = found?.[area.dataset.keeps];
      if (words === undefined || touched.has(area) || area.value === words || area.value !== kept.get(area)) { continue; }
      put(area, words);
    }
  });
  for (const wait of [0, 700]) { window.setTimeout(lookAgain, wait); }

  // Sent from another window of hers: these very words stand in the record now, and nowhere as unsent.
  const said = (words) => [...document.querySelectorAll("#now-told .staff .quote")].some((one) => one.textContent.trim().endsWith(words));
  const gone = (area) => area.value.trim() !== "" && area.value === kept.get(area) && said(area.value.trim());
  const empty = () => {
    const before = saves;
    if (saving > 0 || !areas.some(gone)) { return; }
    ask().then((found) => {
      if (!found || saves !== before) { return; }
      for (const area of areas.filter((one) => gone(one) && found[one.dataset.keeps] === undefined)) {
        put(area, "");
        area.form.querySelector("[data-unsent]")?.remove();
      }
    });
  };
  document.body.addEventListener("htmx:oobAfterSwap", (event) => { if (event.detail.target.id === "now-told") { window.setTimeout(empty, 0); } });
})();
