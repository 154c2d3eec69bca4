/* The reader's notes in their own browser (IndexedDB), and the few means that each page of notes needs.
   In the syntax of Chrome 80. Nothing here sends anything. */
(function () {
  "use strict";

  let opened = null;

  function database() {
    opened = opened || new Promise(function (done, failed) {
      // Some private windows have no IndexedDB, some refuse to open one, and some throw.
      const asked = window.indexedDB.open("equipoise-notes", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("notes", { keyPath: "id" });
        asked.result.createObjectStore("shares", { keyPath: "link" });
      };
      asked.onsuccess = function () {
        asked.result.onversionchange = function () { asked.result.close(); opened = null; };
        done(asked.result);
      };
      asked.onerror = asked.onblocked = function () { failed(asked.error || new Error("blocked")); };
    });
    return opened;
  }

  async function ask(store, mode, what) {
    const transaction = (await database()).transaction(store, mode);
    return new Promise(function (done, failed) {
      const asked = what(transaction.objectStore(store));
      transaction.oncomplete = function () { done(asked.result); };
      transaction.onabort = transaction.onerror = function () { failed(transaction.error); };
    });
  }

  const of = function (store) {
    return {
      all: function () { return ask(store, "readonly", function (rows) { return rows.getAll(); }); },
      keep: function (row) { return ask(store, "readwrite", function (rows) { return rows.put(row); }); },
      erase: function (key) { return ask(store, "readwrite", function (rows) { return rows.delete(key); }); },
      eraseAll: function () { return ask(store, "readwrite", function (rows) { return rows.clear(); }); },
    };
  };

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // --- words and elements: text is only ever set as text ---

  function words() {
    const found = {};
    document.getElementById("notes-words").content.querySelectorAll("[data-word]").forEach(function (each) {
      found[each.dataset.word] = each.textContent;
    });
    return function (name, params) {
      return found[name].replace(/\{(\w+)\}/g, function (_whole, key) { return params[key]; });
    };
  }

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (name === "onclick") element.addEventListener("click", attributes[name]);
      else if (attributes[name] !== false) element.setAttribute(name, attributes[name] === true ? "" : attributes[name]);
    });
    element.append(...children);
    return element;
  }

  function day(instant) {
    const lang = document.documentElement.lang;
    return new Date(instant).toLocaleDateString(lang === "en" ? "en-GB" : lang, { dateStyle: "long" });  // as the server says a day
  }

  // --- the W3C's Web Annotation: what is saved to a file, and what is shared ---

  const points = function (text) { return Array.from(text).length; };  // the model counts characters, not code units

  function annotation(note) {
    return {
      "@context": "http://www.w3.org/ns/anno.jsonld",
      id: "urn:uuid:" + note.id,
      type: "Annotation",
      motivation: "commenting",
      created: note.created,
      modified: note.modified,
      body: { type: "TextualBody", format: "text/plain", value: note.text },
      target: {
        source: "/" + note.language + "/studies/" + encodeURIComponent(note.number) + "/",
        selector: [
          { type: "TextQuoteSelector", exact: note.exact, prefix: note.prefix, suffix: note.suffix },
          { type: "TextPositionSelector", start: note.start, end: note.end },
        ],
        "schema:name": note.title,
      },
    };
  }

  // Somebody else made it: what is not of the right kind and length is no note.
  function noteOf(annotated) {
    const text = function (value, longest) {
      if (typeof value !== "string" || value.length > longest) throw new Error("not a note");
      return value;
    };
    const number = function (value) {
      if (!Number.isInteger(value) || value < 0) throw new Error("not a note");
      return value;
    };
    const [quote, position] = annotated.target.selector;
    const source = /^\/([a-z-]{2,12})\/studies\/([^/]{1,64})\/$/.exec(text(annotated.target.source, 300));
    const id = /^urn:uuid:([0-9a-f-]{36})$/.exec(text(annotated.id, 45));
    return {
      id: id[1], language: source[1], number: decodeURIComponent(source[2]), title: text(annotated.target["schema:name"], 600),
      exact: text(quote.exact, 4000), prefix: text(quote.prefix, 100), suffix: text(quote.suffix, 100),
      start: number(position.start), end: number(position.end), text: text(annotated.body.value, 10000),
      created: new Date(text(annotated.created, 40)).toISOString(), modified: new Date(text(annotated.modified, 40)).toISOString(),
    };
  }

  // Notes by study and language, each group in the order of its page.
  function grouped(notes) {
    const groups = new Map();
    notes.forEach(function (note) {
      const key = note.number + " " + note.language;
      if (!groups.has(key)) groups.set(key, { number: note.number, language: note.language, title: note.title, notes: [] });
      groups.get(key).notes.push(note);
    });
    groups.forEach(function (group) { group.notes.sort(function (a, b) { return a.start - b.start; }); });
    return Array.from(groups.values()).sort(function (a, b) { return a.title < b.title ? -1 : 1; });
  }

  // What says, on a bar of the page, what has just been done, and offers to take it back.
  function teller(bar, say) {
    return function tell(words, name, back) {
      bar.textContent = "";
      bar.hidden = !words;
      if (!words) return;
      bar.append(make("span", {}, words));
      if (name) bar.append(make("button", { type: "button", class: "quiet", onclick: function () { tell(""); back(); } }, say(name)));
      bar.append(make("button", { type: "button", class: "quiet", "aria-label": say("put-away"), onclick: function () { tell(""); } }, "×"));
    };
  }

  window.equipoiseNotes = {
    notes: of("notes"), shares: of("shares"), newId, words, make, teller, day, points, annotation, noteOf, grouped,
    LONGEST: 5000, CONTEXT: 32,
  };
})();
