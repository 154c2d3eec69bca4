/* All notes of this browser: by study, share some of them, save them to a file, erase them. */
(function () {
  "use strict";

  const kept = window.equipoiseNotes, sealed = window.equipoiseSealed, make = kept.make, say = kept.words();
  const page = document.getElementById("notes-mine");
  const part = function (name) { return page.querySelector("[data-part=" + name + "]"); };
  const bar = part("bar"), form = part("share"), here = page.dataset;
  let notes = [], leftOut = new Set();

  const tell = kept.teller(bar, say);

  const tries = function (what) {
    return async function () {
      try { await what.apply(this, arguments); } catch (_error) { tell(say("not-kept")); }
    };
  };

  // --- the list ---

  async function load() {
    notes = await kept.notes.all();
    const groups = kept.grouped(notes);
    const list = part("list");
    list.textContent = "";
    list.append(...groups.map(group));
    part("none").hidden = notes.length > 0;
    part("some").hidden = notes.length === 0;
    part("count").textContent = notes.length === 1 ? say("count-one") : say("count", { n: notes.length });
    chosen();
  }

  function address(note) {
    return "/" + note.language + "/studies/" + encodeURIComponent(note.number) + "/#note-" + note.id;
  }

  function group(of) {
    const first = of.notes[0];
    return make("section", { lang: of.language === "zh-hans" ? "zh-Hans" : of.language },
      make("h2", {}, make("a", { href: address(first).replace(/#.*/, "") }, of.title)),
      make("p", { class: "byline" }, of.number),
      make("ul", { class: "notes-list" }, ...of.notes.map(item)));
  }

  function item(note, index) {
    const box = make("input", { type: "checkbox", id: "take-" + note.id });
    box.checked = !leftOut.has(note.id);
    box.addEventListener("change", function () {
      if (box.checked) leftOut.delete(note.id); else leftOut.add(note.id);
      chosen();
    });
    const n = index + 1;
    return make("li", {},
      make("blockquote", {}, note.exact),
      make("p", { class: "note-text" }, note.text),
      make("p", { class: "hint" }, kept.day(note.modified)),
      make("div", { class: "note-acts" },
        make("label", { class: "choice", for: box.id, "aria-label": say("take-n", { n }) }, box, say("take")),
        make("a", { href: address(note), "aria-label": say("open-n", { n }) }, say("open")),
        make("button", { type: "button", class: "quiet", "aria-label": say("delete-n", { n }), onclick: tries(function () { return erase(note); }) }, say("delete"))));
  }

  async function erase(note) {
    await kept.notes.erase(note.id);
    await load();
    page.querySelector("h1").focus({ preventScroll: true });
    tell(say("deleted"), "undo", tries(async function () { await kept.notes.keep(note); await load(); }));
  }

  async function eraseAll() {
    const all = notes;
    await kept.notes.eraseAll();
    await load();
    page.querySelector("h1").focus({ preventScroll: true });
    tell(say("deleted-all", { n: all.length }), "undo", tries(async function () {
      for (const note of all) await kept.notes.keep(note);
      await load();
    }));
  }

  function saveToFile() {
    const file = new Blob([JSON.stringify(notes.map(kept.annotation), null, 2)], { type: "application/ld+json" });
    const link = make("a", { href: URL.createObjectURL(file), download: "equipoise-notes.jsonld" });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // --- sharing ---

  const taken = function () { return notes.filter(function (note) { return !leftOut.has(note.id); }); };

  function chosen() {
    const n = taken().length;
    part("how-many").textContent = n === 1 ? say("share-one") : say("share-n", { n });
  }

  function wrong(words, field) {
    part("wrong").textContent = words;
    if (field) field.setAttribute("aria-invalid", "true");
    (field || part("wrong")).focus();
  }

  async function share() {
    const own = form.elements["own"], isOwn = form.elements["kind"].value === "own", some = taken();
    part("wrong").textContent = "";
    own.removeAttribute("aria-invalid");
    if (!some.length) { wrong(say("share-none")); return; }
    if (isOwn && sealed.isTooWeak(own.value)) { wrong(say("too-weak", { n: sealed.SHORTEST }), own); return; }
    const passcode = isOwn ? own.value : sealed.newPasscode(), button = part("share-button");
    button.disabled = true;
    part("wrong").textContent = say("sealing");
    let answer, revocation;
    try {
      const made = await sealed.seal({ format: 1, notes: some.map(kept.annotation) }, passcode);
      if (made.ciphertext.length > Number(here.largest)) { wrong(say("too-much")); return; }
      revocation = sealed.written(crypto.getRandomValues(new Uint8Array(32)));
      answer = await sealed.send(here.share, {
        salt: sealed.written(made.salt), iv: sealed.written(made.iv), ciphertext: sealed.written(made.ciphertext),
        proof: sealed.written(made.proof), revocation, days: Number(form.elements["days"].value),
      }, form.elements["csrfmiddlewaretoken"].value);
    } catch (_error) { wrong(say("not-sent")); return; } finally { button.disabled = false; }
    if (!answer.ok) { wrong(answer.content.said || say("not-sent")); return; }
    const { link, expires_at } = answer.content;
    const row = { link, revocation, expires: expires_at, shared: new Date().toISOString(), notes: some.length, titles: kept.grouped(some).map(function (of) { return of.title; }) };
    part("wrong").textContent = "";
    own.value = "";
    show(link, passcode, expires_at);
    await kept.shares.keep(row);
    await loadShares();
  }

  function show(link, passcode, expires) {
    part("link").value = location.origin + here.shared.replace("LINK", link);
    part("passcode").value = passcode;
    part("until").textContent = say("until", { day: kept.day(expires) });
    part("shared").hidden = false;
    part("shared").querySelector("h3").focus();
  }

  async function copy(field) {
    field.select();
    try { await navigator.clipboard.writeText(field.value); tell(say("copied")); } catch (_error) { tell(say("copy-yourself")); }
  }

  async function loadShares() {
    const now = new Date().toISOString(), all = await kept.shares.all();
    const over = all.filter(function (row) { return row.expires <= now; });
    for (const row of over) await kept.shares.erase(row.link);
    const live = all.filter(function (row) { return row.expires > now; });
    const list = part("shares");
    list.textContent = "";
    list.append(...live.map(function (row) {
      return make("li", {}, make("p", {}, row.titles.join("; ")),
        make("p", { class: "hint" }, say(row.notes === 1 ? "share-of-one" : "share-of", { n: row.notes, day: kept.day(row.shared), until: kept.day(row.expires) })),
        make("button", { type: "button", class: "quiet", onclick: function () { takeBack(row, this); } }, say("take-back")));
    }));
    part("shares-all").hidden = !live.length;
  }

  async function takeBack(row, button) {
    button.disabled = true;
    try {
      const answer = await sealed.send(here.shared.replace("LINK", row.link) + "revoke/", { revocation: row.revocation }, form.elements["csrfmiddlewaretoken"].value);
      // What is no longer there has been taken back, or is over.
      if (!answer.ok && answer.status !== 404) { tell(answer.content.said || say("not-sent")); return; }
      await kept.shares.erase(row.link);
      part("shared").hidden = true;
      await loadShares();
      page.querySelector("h1").focus({ preventScroll: true });
      tell(say("taken-back"));
    } catch (_error) { tell(say("not-sent")); } finally { button.disabled = false; }
  }

  // --- beginning ---

  function begin() {
    part("all").hidden = false;
    part("save").addEventListener("click", saveToFile);
    part("erase").addEventListener("click", tries(eraseAll));
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") tell(""); });
    if (!sealed.works) { part("insecure").hidden = false; return; }
    form.hidden = false;
    form.addEventListener("submit", function (event) { event.preventDefault(); share(); });
    page.querySelectorAll("[data-copy]").forEach(function (button) {
      button.addEventListener("click", function () { copy(part(button.dataset.copy)); });
    });
    form.addEventListener("change", function () { part("own").hidden = form.elements["kind"].value !== "own"; });
    loadShares();
  }

  // Whoever comes from a study's page shares that study's notes, unless they choose otherwise.
  async function first() {
    const from = decodeURIComponent(location.hash.slice(1));
    const all = await kept.notes.all();
    if (all.some(function (note) { return note.number === from; })) {
      leftOut = new Set(all.filter(function (note) { return note.number !== from; }).map(function (note) { return note.id; }));
    }
    await load();
  }

  first().then(begin, function () { part("away").hidden = false; });
})();
