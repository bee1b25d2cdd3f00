/* Starts the work while the person writes; the number found goes along with the form. */
(function () {
  "use strict";
  var place = document.querySelector("[data-challenge]");
  if (!place || !window.Worker || !window.btoa) { return; }
  var field = place.closest("form").querySelector("input[name=proof]");
  if (field.value) { return; }
  var asked = JSON.parse(place.dataset.challenge);
  var worker = new Worker(place.dataset.worker);
  worker.onmessage = function (event) {
    worker.terminate();
    if (event.data.number === null) { return; }
    field.value = btoa(JSON.stringify({
      algorithm: asked.algorithm, challenge: asked.challenge, number: event.data.number,
      salt: asked.salt, signature: asked.signature
    }));
  };
  worker.postMessage({ salt: asked.salt, challenge: asked.challenge, most: asked.maxNumber || asked.maxnumber });
}());
