// What the page of a study gains by a script: copying its address, and unfolding everything for the printer.
(function () {
  "use strict";
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.filter.call(document.querySelectorAll("main details"), function (each) { return !each.open; });
    folded.forEach(function (each) { each.open = true; });
  });
  window.addEventListener("afterprint", function () { folded.forEach(function (each) { each.open = false; }); });
  if (!navigator.clipboard) { return; }
  document.querySelectorAll("[data-copies]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copies).then(function () {
        button.parentNode.querySelector("[role=status]").textContent = button.dataset.done;
      });
    });
  });
})();
