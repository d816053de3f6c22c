// The desk's sound: which pages ring, and the button that says whether the browser lets them.
"use strict";
(() => {
  // Browsers let a page ring only once somebody has pressed something on it, or on the page before it.
  let sound = null;
  const armed = () => sound !== null && sound.state === "running";
  const told = [];
  const tell = () => told.forEach((one) => one());
  const begin = () => { sound ??= new AudioContext(); sound.onstatechange = tell; return sound.resume().then(tell); };
  const ring = (grave) => {
    if (!armed()) { return; }
    for (const at of grave ? [0, 0.25, 0.5, 0.75] : [0, 0.3]) {
      const tone = sound.createOscillator(), loud = sound.createGain();
      tone.frequency.value = grave ? 988 : 660;
      loud.gain.value = 0.25;
      tone.connect(loud).connect(sound.destination);
      tone.start(sound.currentTime + at);
      tone.stop(sound.currentTime + at + 0.18);
    }
  };
  // A button that arms the sound, and says how it stands.
  const button = (arm, place) => {
    const shown = () => {
      arm.textContent = armed() ? "♪ This screen rings. Try it" : "▲ Sound is not armed: press to let this screen ring";
      place.dataset.armed = armed() ? "yes" : "no";
    };
    told.push(shown);
    arm.addEventListener("click", () => { begin().then(() => ring(false)); });
    shown();
  };
  window.handrailBell = { ring, button };
  if (navigator.userActivation?.hasBeenActive) { begin(); }
  for (const kind of ["pointerdown", "keydown"]) { document.addEventListener(kind, begin, { once: true, passive: true }); }

  // A page that is hidden and may not ring is noticed by nobody: what it asks for says so, and keeps no desk staffed.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (document.hidden && !armed()) { event.detail.headers["X-Unnoticed"] = "hidden, sound not armed"; }
  });

  // A page of the signed-in rings when more waits on her own list, which is the first; for crisis and emergency words on
  // any, and again as long as nobody has looked at them.
  const AGAIN_EVERY = 30000, LOOK_EVERY = 5000;
  const arm = document.getElementById("bell");
  const counts = () => [...document.querySelectorAll(".menu .count")];
  if (!arm || counts().length === 0) { return; }
  button(arm, document.body);
  arm.hidden = false;
  let before = null, rangAt = 0;
  const look = () => {
    const all = counts(), sum = (what) => all.reduce((much, one) => much + Number(one.dataset[what]), 0);
    const now = { waiting: Number(all[0].dataset.waiting), crisis: sum("crisis"), rings: sum("rings") };
    const graver = before !== null && (now.crisis > before.crisis || now.rings > before.rings);
    const more = before !== null && now.waiting > before.waiting;
    before = now;
    const again = now.rings > 0 && Date.now() - rangAt > AGAIN_EVERY;
    if (!graver && !more && !again) { return; }
    rangAt = Date.now();
    ring(graver || again);
    if (graver && now.rings > 0) {
      const alarm = document.getElementById("alarm");
      alarm.textContent = "";  // said anew, though it is the same
      window.setTimeout(() => { alarm.textContent = "Crisis or emergency words that nobody has looked at."; }, 50);
    }
  };
  for (const kind of ["htmx:oobAfterSwap", "htmx:afterSettle"]) { document.body.addEventListener(kind, () => window.setTimeout(look, 0)); }
  window.setInterval(look, LOOK_EVERY);
  look();
})();
