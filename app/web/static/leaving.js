// The text that was just sent can be taken back for some seconds: once they are over, the button says nothing untrue.
"use strict";
(() => {
  let over = null, watched = "";
  const place = () => document.getElementById("now-leaving");
  const watch = () => {
    const form = place().querySelector("form"), text = form?.elements.text.value ?? "";
    if (text === watched) { return; }
    watched = text;
    window.clearTimeout(over);
    if (!form) { return; }
    form.style.setProperty("--lasts", form.dataset.seconds + "s");
    over = window.setTimeout(() => {
      const had = place().contains(document.activeElement);
      place().replaceChildren();
      place().hidden = true;
      if (had) { document.getElementById("main").focus(); }
    }, Number(form.dataset.seconds) * 1000);
  };
  document.body.addEventListener("htmx:oobAfterSwap", (event) => { if (event.detail.target.id === "now-leaving") { window.setTimeout(watch, 0); } });
  watch();
})();
