/* Private notes on a study's page: choose a passage, write, find it again, edit, delete and take that back. */
(function () {
  "use strict";

  const kept = window.equipoiseNotes, anchor = window.equipoiseAnchor, make = kept.make;
  const main = document.getElementById("main"), panel = document.getElementById("notes");
  if (!main || !panel) return;
  const part = function (name) { return panel.querySelector("[data-part=" + name + "]"); };
  const say = kept.words(), here = panel.dataset;
  const editor = part("editor"), field = editor.querySelector("textarea"), bar = part("bar"), toggle = part("toggle");
  const LONGEST_QUOTE = 1000;
  // No note is put on what is worked with, drawn, or ours.
  const APART = "#notes, .note-apart, [aria-hidden=true], script, style, template, noscript, svg, math, nav, form, button, select, textarea, dialog";
  const WORKED = "a, summary, label";  // what is pressed itself: no button or link of ours stands in it
  const PASSAGES = "h1, h2, h3, h4, p, li, dt, dd, th, td, caption, figcaption, blockquote";
  let notes = [], placed = [], writing = null, choosing = null;

  // --- the page as text: white space is one blank, and each character knows where it stands ---

  function read() {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
      acceptNode: function (node) {
        if (node.nodeType === 3) return NodeFilter.FILTER_ACCEPT;
        return node.matches(APART) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
      },
    });
    const pieces = [];
    let text = "";
    while (walker.nextNode()) {
      const node = walker.currentNode, data = node.data, at = [];
      const from = text.length;
      for (let i = 0; i < data.length; i += 1) {
        const blank = /\s/.test(data[i]);
        if (blank && (text === "" || text[text.length - 1] === " ")) continue;
        text += blank ? " " : data[i];
        at.push(i);
      }
      if (at.length) pieces.push({ node, from, at });
    }
    return { text, pieces };
  }

  // The passage that a selection covers, with what stands around it; null if there is none that can bear a note.
  function passage(page, range) {
    let start = -1, end = -1;
    page.pieces.forEach(function (piece) {
      if (!range.intersectsNode(piece.node)) return;
      const first = piece.node === range.startContainer ? range.startOffset : 0;
      const last = piece.node === range.endContainer ? range.endOffset : Infinity;
      piece.at.forEach(function (raw, index) {
        if (raw < first || raw >= last) return;
        if (start < 0) start = piece.from + index;
        end = piece.from + index + 1;
      });
    });
    while (start < end && page.text[start] === " ") start += 1;
    while (end > start && page.text[end - 1] === " ") end -= 1;
    if (start < 0 || start === end) return null;
    const points = function (at) { return kept.points(page.text.slice(0, at)); };
    return {
      exact: page.text.slice(start, end),
      prefix: page.text.slice(Math.max(0, start - kept.CONTEXT), start),
      suffix: page.text.slice(end, end + kept.CONTEXT),
      start: points(start),
      end: points(end),
    };
  }

  // --- the notes in the text and in their list ---

  function unmark() {
    main.querySelectorAll(".note-ref").forEach(function (ref) { ref.remove(); });
    main.querySelectorAll("mark.noted").forEach(function (mark) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    });
  }

  // Where notes overlap, each stretch is marked once for all of them, so that no mark stands in another.
  function mark(page) {
    const found = placed.filter(function (each) { return each.state !== "gone"; });
    const edges = new Set();
    found.forEach(function (each) { edges.add(each.start).add(each.end); });
    const cuts = Array.from(edges).sort(function (a, b) { return a - b; });
    // From the end backwards: what is split does not move what is still to be split.
    for (let index = page.pieces.length - 1; index >= 0; index -= 1) {
      const piece = page.pieces[index], until = piece.from + piece.at.length;
      const within = [piece.from].concat(cuts.filter(function (cut) { return cut > piece.from && cut < until; }), until);
      for (let cut = within.length - 2; cut >= 0; cut -= 1) {
        const start = within[cut], end = within[cut + 1];
        const over = found.filter(function (each) { return each.start <= start && each.end >= end; });
        if (!over.length || !page.text.slice(start, end).trim()) continue;
        const first = piece.at[start - piece.from], last = piece.at[end - 1 - piece.from] + 1;
        const marked = make("mark", { class: "noted", "data-notes": over.map(function (each) { return each.note.id; }).join(" ") });
        piece.node.splitText(last);
        const noted = piece.node.splitText(first);
        noted.replaceWith(marked);
        marked.append(noted);
      }
    }
    found.forEach(function (each) {
      each.marks = Array.from(main.querySelectorAll('mark[data-notes~="' + each.note.id + '"]'));
      const last = each.marks[each.marks.length - 1];
      if (!last) return;
      const ref = make("a", {
        class: "note-ref note-apart", href: "#note-" + each.note.id, id: "ref-" + each.note.id, "aria-label": say("your-note", { n: each.n }),
        onclick: function (event) { event.preventDefault(); toList(each.note.id); },
      }, String(each.n));
      (last.closest(WORKED) || last).after(ref);
    });
  }

  function draw() {
    unmark();
    const page = read();
    placed = notes.map(function (note) { return Object.assign({ note }, anchor(page.text, note)); });
    placed.sort(function (a, b) { return (a.state === "gone") - (b.state === "gone") || a.start - b.start || (a.note.created < b.note.created ? -1 : 1); });
    placed.forEach(function (each, index) { each.n = index + 1; });
    mark(page);
    part("list").textContent = "";
    part("list").append(...placed.map(listed));
    part("count").textContent = notes.length === 1 ? say("count-one") : notes.length ? say("count", { n: notes.length }) : say("none");
  }

  function listed(each) {
    const id = each.note.id, n = each.n;
    const act = function (name, onclick) {
      return make("button", { type: "button", class: "quiet", "aria-label": say(name + "-n", { n }), onclick }, say(name));
    };
    const item = make("li", { id: "note-" + id, tabindex: "-1" });
    if (each.state !== "same") item.append(make("p", { class: "note-changed" }, say(each.state)));
    item.append(
      make("blockquote", {}, each.note.exact),
      make("p", { class: "note-text" }, each.note.text),
      make("p", { class: "hint" }, kept.day(each.note.modified)),
    );
    const acts = make("div", { class: "note-acts" });
    if (each.state !== "gone") acts.append(act("show", function () { toText(id); }));
    acts.append(act("edit", function () { write(each.note, this); }), act("delete", function () { erase(each.note); }));
    item.append(acts);
    return item;
  }

  function toList(id) {
    const item = document.getElementById("note-" + id);
    if (!item) return;
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
  }

  function toText(id) {
    const each = placed.find(function (one) { return one.note.id === id; });
    const ref = document.getElementById("ref-" + id);
    if (!each || !ref) { toList(id); return; }
    for (let closed = each.marks[0].closest("details"); closed; closed = closed.parentElement.closest("details")) closed.open = true;
    each.marks[0].scrollIntoView({ block: "center" });
    ref.focus({ preventScroll: true });
  }

  // --- what is said, and what can be taken back ---

  const tell = kept.teller(bar, say);

  async function erase(note) {
    try { await kept.notes.erase(note.id); } catch (_error) { tell(say("not-kept")); return; }
    await load();
    tell(say("deleted"), "undo", async function () {
      try { await kept.notes.keep(note); } catch (_error) { tell(say("not-kept")); return; }
      await load();
      toList(note.id);
    });
    const heading = document.getElementById("notes-title");
    heading.focus({ preventScroll: true });
  }

  // --- writing ---

  function write(note, from, typed) {
    unoffer();
    tell("");
    writing = { note, from };
    part("editor-title").textContent = say(note.created ? "edit-title" : "add-title");
    part("quote").textContent = note.exact;
    part("wrong").textContent = "";
    field.value = typed === undefined ? note.text || "" : typed;
    if (editor.showModal) editor.showModal();
    else editor.setAttribute("open", "");
    field.focus();
  }

  // What was typed and not saved is put away, and can be taken out again.
  function leave() {
    const { note, from } = writing, typed = field.value;
    close();
    const back = from && from.isConnected ? from : null;
    if (back) back.focus({ preventScroll: true });
    if (typed.trim() && typed !== (note.text || "")) tell(say("unsaved"), "take-out", function () { write(note, back, typed); });
  }

  function close() {
    writing = null;
    if (editor.close) editor.close();
    else editor.removeAttribute("open");
  }

  async function save() {
    const { note, from } = writing, text = field.value.trim();
    if (!text) { part("wrong").textContent = say("empty"); field.focus(); return; }
    const now = new Date().toISOString();
    const whole = Object.assign({ id: kept.newId(), number: here.number, language: here.language, title: here.title, created: now }, note, { text, modified: now });
    try { await kept.notes.keep(whole); } catch (_error) { part("wrong").textContent = say("not-kept"); return; }
    close();
    await load();
    tell(say("saved"), "to-list", function () { toList(whole.id); });
    // Back to where the note was begun: the passage's own button, its new mark in the text, or the list.
    const back = from && from.isConnected ? from : document.getElementById((note.created ? "note-" : "ref-") + whole.id);
    if (back) back.focus({ preventScroll: true });
  }

  // --- choosing: a selection by mouse, touch or keyboard ---

  const offer = make("button", { type: "button", class: "note-offer note-apart", onclick: function () { write(choosing, null); } }, say("add"));
  let waits = 0;

  function unoffer() {
    offer.remove();
  }

  function offered() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed || writing) { unoffer(); return; }
    const range = selection.getRangeAt(0), page = read();
    const chosen = main.contains(range.commonAncestorContainer) || range.intersectsNode(main) ? passage(page, range) : null;
    if (!chosen) { unoffer(); return; }
    if (chosen.exact.length > LONGEST_QUOTE) { unoffer(); tell(say("too-long", { most: LONGEST_QUOTE })); return; }
    choosing = chosen;
    const coarse = window.matchMedia("(pointer: coarse)").matches;
    offer.classList.toggle("fixed", coarse);
    if (coarse) { panel.append(offer); return; }
    // Right behind the passage: the Tab key goes there next, and so does the eye.
    const end = range.endContainer.nodeType === 1 ? range.endContainer : range.endContainer.parentElement;
    const block = main.contains(end) && end.closest(PASSAGES);
    (block && main.contains(block) && !block.closest(WORKED) ? block : panel).append(offer);
    const rects = range.getClientRects(), last = rects[rects.length - 1] || range.getBoundingClientRect();
    const frame = (offer.offsetParent || document.body).getBoundingClientRect();
    offer.style.top = last.bottom - frame.top + 6 + "px";
    offer.style.left = Math.max(8, Math.min(last.left, window.innerWidth - offer.offsetWidth - 16)) - frame.left + "px";
  }

  // A press on the button must not take the selection away.
  offer.addEventListener("mousedown", function (event) { event.preventDefault(); });

  // --- choosing without selecting: a button at each passage ---

  function passages() {
    return Array.from(main.querySelectorAll(PASSAGES)).filter(function (block) {
      return !block.querySelector(PASSAGES) && !block.closest(APART) && !block.closest(WORKED) && block.offsetParent && block.textContent.trim();
    });
  }

  function choose(on) {
    main.querySelectorAll(".note-add").forEach(function (button) { button.remove(); });
    toggle.setAttribute("aria-expanded", String(on));
    toggle.textContent = say(on ? "stop-choosing" : "choose");
    if (!on) return;
    passages().forEach(function (block) {
      const start = block.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
      const button = make("button", {
        type: "button", class: "note-add note-apart", "aria-label": say("add-to", { start }),
        onclick: function () {
          const range = document.createRange();
          range.selectNodeContents(block);
          const chosen = passage(read(), range);
          if (!chosen) return;
          // Of a very long passage the note is on its beginning.
          chosen.suffix = chosen.exact.slice(LONGEST_QUOTE, LONGEST_QUOTE + kept.CONTEXT) || chosen.suffix;
          chosen.exact = chosen.exact.slice(0, LONGEST_QUOTE);
          write(chosen, this);
        },
      }, "+");
      block.append(button);
    });
    const first = main.querySelector(".note-add");
    if (first) first.focus();
  }

  // --- beginning ---

  let drawn = "";

  async function load() {
    const all = (await kept.notes.all()).filter(function (note) { return note.number === here.number; });
    const now = JSON.stringify(all);
    if (now === drawn) return;
    drawn = now;
    notes = all.filter(function (note) { return note.language === here.language; });
    const others = all.length - notes.length;
    part("others").hidden = !others;
    part("others-said").textContent = others ? say("others", { n: others }) : "";
    draw();
  }

  function escaped(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    if (writing) { if (!editor.showModal) leave(); return; }
    if (toggle.getAttribute("aria-expanded") === "true") { choose(false); toggle.focus(); return; }
    unoffer();
    tell("");
  }

  function begin() {
    part("all").hidden = false;
    editor.addEventListener("cancel", function (event) { event.preventDefault(); leave(); });
    editor.querySelector("form").addEventListener("submit", function (event) { event.preventDefault(); save(); });
    part("leave").addEventListener("click", leave);
    toggle.addEventListener("click", function () { choose(toggle.getAttribute("aria-expanded") !== "true"); });
    document.addEventListener("keydown", escaped);
    document.addEventListener("selectionchange", function () {
      clearTimeout(waits);
      waits = setTimeout(offered, 200);
    });
    offered();  // what was selected while the page was still loading
    // Another tab may have written; a part of the page may have been put in anew.
    document.addEventListener("visibilitychange", function () { if (!document.hidden && !writing) load(); });
    document.body.addEventListener("htmx:afterSettle", function () { if (!writing) draw(); });
    const asked = /^#note-([0-9a-f-]{36})$/.exec(location.hash);
    if (asked) toText(asked[1]);
  }

  load().then(begin, function () { part("away").hidden = false; });
})();
