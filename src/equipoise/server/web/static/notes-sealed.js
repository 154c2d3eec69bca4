/* Notes sealed with a passcode, in the browser (WebCrypto). Format 1:
   master = PBKDF2-SHA-256(passcode, salt, 600 000 rounds), 32 bytes;
   key    = HKDF-SHA-256(master, no salt, "equipoise notes 1 key"), for AES-256-GCM with a random iv of 12 bytes;
   proof  = HKDF-SHA-256(master, no salt, "equipoise notes 1 proof"), all that the server ever sees of the passcode. */
(function () {
  "use strict";

  const ROUNDS = 600000;
  // No letter or digit that is taken for another when it is read out or written down: 31 of them, 59 bits in twelve.
  const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz", LENGTH = 12, SHORTEST = 12;
  const BOUND = "equipoise notes 1";
  const bytes = function (text) { return new TextEncoder().encode(text); };

  function newPasscode() {
    let code = "";
    while (code.length < LENGTH) {
      const byte = crypto.getRandomValues(new Uint8Array(1))[0];
      // A byte above the last whole round of the alphabet would make its first letters likelier.
      if (byte < 248) code += ALPHABET[byte % ALPHABET.length];
    }
    return code.replace(/(.{4})(?=.)/g, "$1-");
  }

  // The same passcode, however it is typed: capitals, blanks and hyphens do not matter in one that we made.
  function plain(passcode) {
    const typed = passcode.normalize("NFKC").trim().replace(/\s+/g, " ");
    const bare = typed.toLowerCase().replace(/[\s\u2010-\u2015-]/g, "");
    const ours = bare.length === LENGTH && Array.from(bare).every(function (each) { return ALPHABET.includes(each); });
    return ours ? bare : typed;
  }

  // An own passcode: long enough, and not one character over and over.
  function isTooWeak(passcode) {
    const all = Array.from(plain(passcode));
    return all.length < SHORTEST || new Set(all).size < 6;
  }

  async function derive(passcode, salt) {
    const typed = await crypto.subtle.importKey("raw", bytes(plain(passcode)), "PBKDF2", false, ["deriveBits"]);
    const master = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, typed, 256);
    const from = await crypto.subtle.importKey("raw", master, "HKDF", false, ["deriveBits", "deriveKey"]);
    const part = function (name) { return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: bytes(BOUND + " " + name) }; };
    const key = await crypto.subtle.deriveKey(part("key"), from, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const proof = new Uint8Array(await crypto.subtle.deriveBits(part("proof"), from, 256));
    return { key, proof };
  }

  const aes = function (iv) { return { name: "AES-GCM", iv, additionalData: bytes(BOUND) }; };

  async function seal(content, passcode) {
    const salt = crypto.getRandomValues(new Uint8Array(16)), iv = crypto.getRandomValues(new Uint8Array(12));
    const { key, proof } = await derive(passcode, salt);
    const said = bytes(JSON.stringify(content));
    // Blanks up to a whole kilobyte: the length of the ciphertext tells little of the length of the notes.
    const padded = new Uint8Array(Math.ceil(said.length / 1024) * 1024).fill(32);
    padded.set(said);
    const ciphertext = new Uint8Array(await crypto.subtle.encrypt(aes(iv), key, padded));
    return { salt, iv, ciphertext, proof };
  }

  // Fails if a single bit is not as it was sealed.
  async function open(ciphertext, iv, key) {
    const said = await crypto.subtle.decrypt(aes(iv), key, ciphertext);
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(said));
  }

  function written(data) {
    let text = "";
    data.forEach(function (byte) { text += String.fromCharCode(byte); });
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function readBack(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (each) { return each.charCodeAt(0); });
  }

  // Ask the server, which answers in JSON, a refusal in words; whatever else comes back is no answer.
  async function send(address, content, token) {
    const answer = await fetch(address, {
      method: "POST", credentials: "same-origin", redirect: "error", body: JSON.stringify(content),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: answer.status, ok: answer.ok && isJson, content: isJson ? await answer.json() : {} };
  }

  window.equipoiseSealed = {
    newPasscode, isTooWeak, derive, seal, open, written, readBack, send, SHORTEST, ROUNDS,
    // Browsers give their cryptography to secure pages alone.
    works: Boolean(window.isSecureContext && window.crypto && crypto.subtle),
  };
})();
