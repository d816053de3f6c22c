// A call on the phone: what the practice's system says, as text and aloud; a keypad, a box to speak with, hanging up.

const byId = (id) => document.getElementById(id);
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const WAITING = {
  words: "It listens: press a key, or say something.",
  keys: "It waits for keys.",
  person: "You are talking with a person at the practice.",
  "": "…",
};

const RINGS = "The practice is calling.";

let act = async () => ({});
let now = null; // the call of the open phone, as last drawn
let pressed = "";
let put_away = new Set(); // calls that are over and were looked at
let read = { sid: "", lines: 0 };

export function listenToCalls(does, look) {
  act = async (name, value = "") => {
    const { problem } = await does(name, value);
    tell(problem ?? "");
    look();
  };
  for (const key of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = key;
    button.setAttribute("aria-label", { "*": "star", "#": "hash" }[key] ?? key);
    button.addEventListener("click", () => press(key));
    byId("keypad").append(button);
  }
  byId("ring").addEventListener("click", () => act("call", byId("hidden").checked ? "hidden" : ""));
  byId("silence").addEventListener("click", () => act("silence"));
  byId("other-hangs-up").addEventListener("click", () => act("other_hangs_up"));
  byId("hang-up").addEventListener("click", hangUp);
  byId("answer").addEventListener("click", () => act("answer"));
  byId("habit").addEventListener("change", () => does("habit", byId("habit").value));
  byId("speak").addEventListener("submit", speak);
  byId("other-side").addEventListener("change", () => does("other-side", byId("other-side").value));
  byId("aloud").addEventListener("change", () => window.speechSynthesis?.cancel());
}

export function drawCall(call, otherSide, habit) {
  if (call?.sid !== now?.sid) pressed = "";
  now = call;
  byId("habit").value = habit;
  const open = Boolean(call) && !put_away.has(call.sid) && call.status !== "queued";
  byId("call").hidden = !open;
  byId("device").classList.toggle("calling", open);
  byId("ring").disabled = open;
  byId("other-side").value = otherSide;
  if (!open) return;
  drawLines(call);
  byId("call-state").textContent = call.over ? "The call is over." : call.rings ? RINGS : WAITING[call.waits];
  byId("hang-up").textContent = call.over ? "Close" : call.rings ? "Decline" : "Hang up";
  byId("answer").hidden = !call.rings;
  byId("call").classList.toggle("rings", call.rings);
  byId("other-hangs-up").hidden = call.waits !== "person";
  for (const id of ["keypad", "speak", "silence"]) byId(id).hidden = !["words", "keys"].includes(call.waits);
  byId("speak").hidden = call.waits !== "words";
  byId("pressed").textContent = pressed;
}

function drawLines(call) {
  const list = byId("call-lines");
  if (list.dataset.sid !== call.sid) {
    list.replaceChildren();
    list.dataset.sid = call.sid;
  }
  const fresh = call.lines.slice(list.children.length);
  for (const line of fresh) {
    const item = document.createElement("p");
    item.className = line.who;
    const words = document.createElement("span");
    words.lang = line.language || "en";
    words.textContent = line.words;
    const who = document.createElement("span");
    who.className = "unseen";
    who.textContent = { practice: "Practice: ", caller: "You: ", carrier: "" }[line.who];
    item.append(who, words);
    list.append(item);
  }
  if (fresh.length) list.scrollTop = list.scrollHeight;
  readAloud(call);
}

function readAloud(call) {
  const first = read.sid !== call.sid;
  const from = first ? 0 : read.lines;
  read = { sid: call.sid, lines: call.lines.length };
  if (!byId("aloud").checked || !window.speechSynthesis) return;
  for (const line of call.lines.slice(from).filter((each) => each.who === "practice")) {
    const said = new SpeechSynthesisUtterance(line.words);
    said.lang = line.language;
    window.speechSynthesis.speak(said);
  }
}

function press(key) {
  pressed += key;
  byId("pressed").textContent = pressed;
  if (!now || (pressed.length < now.keys && key !== "#")) return;
  const keys = pressed;
  pressed = "";
  act("press", keys);
}

function speak(event) {
  event.preventDefault();
  const words = byId("spoken").value.trim();
  if (!words) return;
  byId("spoken").value = "";
  act("say", words);
}

function hangUp() {
  window.speechSynthesis?.cancel();
  if (now?.over) {
    put_away.add(now.sid);
    drawCall(now, byId("other-side").value, byId("habit").value);
    byId("ring").focus();
  } else {
    act(now?.rings ? "decline" : "hang_up");
  }
}

function tell(problem) {
  byId("call-problem").textContent = problem;
  byId("call-problem").hidden = !problem;
}
