/* Notes that somebody shared: the passcode is turned into a key and a proof here, and the notes are opened here. */
(function () {
  "use strict";

  const kept = window.equipoiseNotes, sealed = window.equipoiseSealed, make = kept.make, say = kept.words();
  const page = document.getElementById("notes-shared"), here = page.dataset;
  const part = function (name) { return page.querySelector("[data-part=" + name + "]"); };
  const form = part("open"), field = form.elements["passcode"];
  let notes = [];

  function wrong(words) {
    part("wrong").textContent = words;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  async function open() {
    if (!field.value.trim()) { wrong(say("passcode-missing")); return; }
    const button = form.querySelector("button");
    button.disabled = true;
    field.removeAttribute("aria-invalid");
    part("wrong").textContent = say("opening");
    try {
      const { key, proof } = await sealed.derive(field.value, sealed.readBack(here.salt));
      const answer = await sealed.send(here.open, { proof: sealed.written(proof) }, form.elements["csrfmiddlewaretoken"].value);
      if (!answer.ok) { wrong(answer.content.said || say("not-sent")); return; }
      try {
        const content = await sealed.open(sealed.readBack(answer.content.ciphertext), sealed.readBack(answer.content.iv), key);
        notes = content.notes.map(kept.noteOf);
      } catch (_error) { wrong(say("damaged")); return; }
      show();
    } catch (_error) { wrong(say("not-sent")); } finally { button.disabled = false; }
  }

  function show() {
    form.hidden = true;
    field.value = "";
    const title = part("title");
    title.textContent = notes.length === 1 ? say("opened-one") : say("opened", { n: notes.length });
    part("list").append(...kept.grouped(notes).map(function (of) {
      return make("section", { lang: of.language === "zh-hans" ? "zh-Hans" : of.language },
        make("h3", {}, make("a", { href: "/" + of.language + "/studies/" + encodeURIComponent(of.number) + "/" }, of.title)),
        make("p", { class: "byline" }, of.number),
        make("ol", { class: "notes-list" }, ...of.notes.map(function (note) {
          return make("li", {}, make("blockquote", {}, note.exact), make("p", { class: "note-text" }, note.text), make("p", { class: "hint" }, kept.day(note.modified)));
        })));
    }));
    part("opened").hidden = false;
    title.focus();
  }

  // A note that this browser has, changed since, is left as it is: the shared one comes beside it.
  async function keep() {
    try {
      const mine = new Map((await kept.notes.all()).map(function (note) { return [note.id, note]; }));
      for (const note of notes) {
        const before = mine.get(note.id);
        if (before && before.text === note.text) continue;
        await kept.notes.keep(before ? Object.assign({}, note, { id: kept.newId() }) : note);
      }
      part("kept").textContent = say("kept");
      part("keep").disabled = true;
    } catch (_error) { part("kept").textContent = say("not-kept"); }
  }

  if (!sealed.works) { part("insecure").hidden = false; return; }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); open(); });
  part("keep").addEventListener("click", keep);
})();
