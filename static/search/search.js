/* Words that find nothing are noted for the departments without a press of the button. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-missed]");
  if (!form || !window.fetch) { return; }
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", credentials: "same-origin" })
    .then(function () {
      var said = document.createElement("p");
      said.textContent = form.dataset.noted;
      form.replaceWith(said);
    })
    .catch(function () { /* The button is still there. */ });
})();
