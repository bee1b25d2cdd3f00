/* Brings the progress of an import up to date; without script the link does. */
(function () {
  "use strict";
  var region = document.querySelector("[data-progress]");
  if (!region || !window.fetch || !window.DOMParser) { return; }
  var look = function () {
    fetch(location.href, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-progress]");
      if (!fresh) { location.reload(); return; }
      if (fresh.textContent !== region.textContent) { region.replaceChildren.apply(region, Array.from(fresh.childNodes)); }
      setTimeout(look, 2000);
    }).catch(function () { setTimeout(look, 10000); });
  };
  setTimeout(look, 1500);
}());
