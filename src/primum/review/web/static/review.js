// Shortcuts, autosave and the heartbeat of the lease. Every page works without this file.
"use strict";
document.documentElement.classList.add("js");

const form = document.querySelector("form[data-case]");
const keyed = document.querySelector("[data-keys]");
const keys = keyed ? JSON.parse(keyed.dataset.keys) : {};
const status = document.getElementById("status");
const help = document.getElementById("help");
const tell = (words) => { if (status) status.textContent = words; };

// Checks: the current one is the one with the focus, else the first that is not answered.
const checks = () => [...document.querySelectorAll(".check")];
const current = () => document.activeElement.closest(".check")
  || document.querySelector(".check.current")
  || checks().find((check) => !check.querySelector("input:checked")) || checks()[0];
const enter = (block) => {
  if (!block) return;
  for (const check of checks()) check.classList.toggle("current", check === block);
  (block.querySelector("input:checked") || block.querySelector("input, button, textarea")).focus();
  block.scrollIntoView({ block: "nearest" });
};
const step = (by) => {
  const all = checks(), here = all.indexOf(current());
  enter(all[here + by] || (by > 0 ? document.querySelector(".verdict") : all[0]));
};
const choose = (name, value) => {
  const input = form && [...form.querySelectorAll("input")].find((one) => one.name === name && one.value === value);
  if (!input) return false;
  input.checked = true;
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};
const answer = (value) => {
  const check = current();
  if (check && choose(check.dataset.name, value)) step(1);
};
const turn = (by) => {
  const turns = [...document.querySelectorAll(".talk li")];
  const here = turns.indexOf(document.activeElement.closest(".talk li"));
  const next = turns[here < 0 ? (by > 0 ? 0 : turns.length - 1) : here + by];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
};
const quote = () => {
  const words = String(getSelection()).trim();
  const field = document.activeElement.closest(".check")?.querySelector("[data-quote]")
    || document.querySelector(".check.current [data-quote]") || document.querySelector("[data-quote]");
  if (!field) return;
  field.closest("details")?.setAttribute("open", "");
  if (!words) { field.focus(); return; }
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  tell("Quoted: " + words.slice(0, 80));
};
const press = (selector) => document.querySelector(selector)?.click();

const acts = {
  next_check: () => step(1), previous_check: () => step(-1), quote,
  next_turn: () => turn(1), previous_turn: () => turn(-1),
  comment: () => { const field = document.querySelector("[data-comment]"); field?.closest("details")?.setAttribute("open", ""); field?.focus(); },
  submit: () => press("[data-submit]"), undo: () => press("[data-undo]"), next_case: () => press("[data-next]"),
  help: () => { if (help) help.open ? help.close() : help.showModal(); },
  send_back: () => verdict("sent_back"),
  pass: () => verdict("pass"), fail: () => verdict("fail"), undecidable: () => verdict("cannot_judge"),
};
for (const value of ["met", "not_met", "not_applicable", "cannot_judge"]) acts[value] = () => answer(value);
for (const value of [0, 1, 2, 3, 4]) acts["severity_" + value] = () => choose("severity", String(value));
for (const value of [1, 2, 3]) acts["confidence_" + value] = () => choose("confidence", String(value));
function verdict(value) {
  choose("verdict", value) || choose("decision", value);
}

// A single key never acts where text is written (WCAG 2.1.4), nor with a modifier, nor behind a dialog.
const writing = (element) => element.closest("textarea, select, [contenteditable]")
  || (element.tagName === "INPUT" && !["radio", "checkbox"].includes(element.type));
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); acts.submit(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (writing(event.target)) {
    if (event.key === "Escape") { event.target.blur(); enter(current()); }
    return;
  }
  const act = keys[event.key.toLowerCase()];
  if (!act || !acts[act] || (help?.open && act !== "help")) return;
  event.preventDefault();
  acts[act]();
});
document.querySelector("[data-help]")?.addEventListener("click", (event) => { event.preventDefault(); acts.help(); });
document.addEventListener("focusin", (event) => {
  const check = event.target.closest(".check");
  if (check) for (const one of checks()) one.classList.toggle("current", one === check);
});

// Drafts: what is filled in is sent a moment after the last change. The page says so, and says when it failed.
const send = (where, body) => fetch(where, { method: "POST", body, keepalive: true, redirect: "manual" });
let waiting = 0, sent = false;
const save = async () => {
  waiting = 0;
  const saved = document.getElementById("saved");
  try {
    const response = await send(form.dataset.draft, new URLSearchParams(new FormData(form)));
    if (!response.ok) throw new Error(response.status);
    if (saved) saved.textContent = "Draft saved " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  } catch {
    tell("The draft could not be saved. Check the connection; what you entered is still on this page.");
  }
};
if (form?.dataset.draft) {
  const later = () => { if (!sent) { clearTimeout(waiting); waiting = setTimeout(save, 700); } };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => { sent = true; clearTimeout(waiting); });
  addEventListener("pagehide", () => { if (waiting && !sent) save(); });
}
if (form?.dataset.lease) setInterval(async () => {
  const response = await send(form.dataset.lease).catch(() => null);
  if (response && !response.ok) tell("This case went back to the queue because its time was over. Your draft is kept; load the page again.");
}, 60_000);

// The first check that waits shows its keys, before anything has the focus.
current()?.classList.add("current");

// The eye and the screen reader start where the case starts.
if (!location.hash) document.querySelector("[data-start]")?.focus();
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", async () => {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.textContent = "Copied";
});
