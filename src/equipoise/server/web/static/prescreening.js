// The page for a doctor: a button that prints. Without a script the browser's own command does.
(function () {
  "use strict";
  document.querySelectorAll("[data-prints]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
