/* Where a note belongs: its passage found again on a page that may have been edited since. Pure: text in, place out.
   First the quote as it was, told apart from its likes by what stands before and after and by its position; else the
   closest passage, if no more than a quarter of it has changed. The cost is bounded, whatever the page. */
(function () {
  "use strict";

  const MOST_LIKES = 200, MOST_SEEDS = 64, MOST_PLACES = 3;

  function places(text, part, most) {
    const found = [];
    for (let at = text.indexOf(part); at >= 0 && found.length < most; at = text.indexOf(part, at + 1)) found.push(at);
    return found;
  }

  // How many characters before (or after) a place are as the note remembers them.
  function alike(text, at, context, step) {
    let count = 0;
    const last = context.length - 1;
    while (count < context.length && text[step < 0 ? at - 1 - count : at + count] === context[step < 0 ? last - count : count]) count += 1;
    return count;
  }

  function around(text, note, start, end) {
    return alike(text, start, note.prefix, -1) + alike(text, end, note.suffix, 1);
  }

  function exactly(text, note) {
    const likes = places(text, note.exact, MOST_LIKES);
    let best = null;
    likes.forEach(function (start) {
      const end = start + note.exact.length, context = around(text, note, start, end);
      const score = context * 1000 - Math.min(999, Math.abs(start - note.start) / 50);
      if (!best || score > best.score) best = { start, end, context, score };
    });
    // A word that stands everywhere is not the note's own unless something beside it is, too.
    if (best && note.exact.length < 12 && best.context < 4 && note.prefix.length + note.suffix.length >= 4) return null;
    return best && { start: best.start, end: best.end, state: "same" };
  }

  // Sellers' algorithm: where in a window the pattern ends with the fewest edits, and where it then began.
  function closest(window, pattern, most) {
    const rows = pattern.length + 1;
    let cost = new Array(rows), begin = new Array(rows), best = null;
    for (let i = 0; i < rows; i += 1) { cost[i] = i; begin[i] = 0; }
    for (let j = 1; j <= window.length; j += 1) {
      const costs = new Array(rows), begins = new Array(rows);
      costs[0] = 0;
      begins[0] = j;
      for (let i = 1; i < rows; i += 1) {
        const change = cost[i - 1] + (pattern[i - 1] === window[j - 1] ? 0 : 1);
        costs[i] = change;
        begins[i] = begin[i - 1];
        if (cost[i] + 1 < costs[i]) { costs[i] = cost[i] + 1; begins[i] = begin[i]; }
        if (costs[i - 1] + 1 < costs[i]) { costs[i] = costs[i - 1] + 1; begins[i] = begins[i - 1]; }
      }
      cost = costs;
      begin = begins;
      const edits = cost[rows - 1];
      if (edits <= most && (!best || edits < best.edits)) best = { start: begin[rows - 1], end: j, edits };
    }
    return best;
  }

  function nearly(text, note) {
    const most = Math.max(1, Math.floor(note.exact.length / 4));
    const whole = note.prefix + note.exact + note.suffix, size = /[\u3400-\u9fff]/.test(whole) ? 4 : 8;
    // Pieces of the passage that are still there vote for where it begins.
    const votes = new Map(), step = Math.max(size, Math.ceil(whole.length / MOST_SEEDS)), wide = most + 2 * size;
    for (let at = 0; at + size <= whole.length; at += step) {
      places(text, whole.slice(at, at + size), 20).forEach(function (found) {
        const slot = Math.round((found - at + note.prefix.length) / wide);
        votes.set(slot, (votes.get(slot) || 0) + 1);
      });
    }
    const hint = note.start / wide;
    const slots = Array.from(votes).filter(function (vote) { return vote[1] >= 2; }).sort(function (a, b) {
      return b[1] - a[1] || Math.abs(a[0] - hint) - Math.abs(b[0] - hint);
    });
    let best = null;
    slots.slice(0, MOST_PLACES).forEach(function (vote) {
      const from = Math.max(0, vote[0] * wide - 2 * wide);
      const found = closest(text.slice(from, vote[0] * wide + note.exact.length + 2 * wide), note.exact, most);
      if (found && (!best || found.edits < best.edits)) {
        best = { start: from + found.start, end: from + found.end, edits: found.edits, state: "near" };
      }
    });
    return best;
  }

  window.equipoiseAnchor = function (text, note) {
    return exactly(text, note) || nearly(text, note) || { start: -1, end: -1, state: "gone" };
  };
})();
