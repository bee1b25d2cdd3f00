/* Tries numbers until SHA-256 of salt and number is the challenge (FIPS 180-4). A worker: the page
   stays free. Written out, because WebCrypto is slower for many short texts and absent without https. */
(function () {
  "use strict";
  var FRACTIONS = (function () {
    var primes = [];
    for (var candidate = 2; primes.length < 64; candidate += 1) {
      if (primes.every(function (prime) { return candidate % prime; })) { primes.push(candidate); }
    }
    var fraction = function (root) { return ((root - Math.floor(root)) * 4294967296) | 0; };
    return {
      start: primes.slice(0, 8).map(function (prime) { return fraction(Math.sqrt(prime)); }),
      round: primes.map(function (prime) { return fraction(Math.cbrt(prime)); })
    };
  }());
  var schedule = new Int32Array(64);
  var state = new Int32Array(8);

  function turn(word, bits) { return (word >>> bits) | (word << (32 - bits)); }

  function mix(block, offset) {
    var i;
    for (i = 0; i < 16; i += 1) {
      var at = offset + i * 4;
      schedule[i] = (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3];
    }
    for (; i < 64; i += 1) {
      var before = schedule[i - 15], near = schedule[i - 2];
      schedule[i] = (schedule[i - 16] + (turn(before, 7) ^ turn(before, 18) ^ (before >>> 3)) +
        schedule[i - 7] + (turn(near, 17) ^ turn(near, 19) ^ (near >>> 10))) | 0;
    }
    var a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (i = 0; i < 64; i += 1) {
      var one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + FRACTIONS.round[i] + schedule[i]) | 0;
      var two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  function digest(text) {
    var length = text.length, whole = ((length + 9 + 63) >> 6) << 6, block = new Uint8Array(whole);
    for (var i = 0; i < length; i += 1) { block[i] = text.charCodeAt(i); }
    block[length] = 128;
    block[whole - 2] = (length * 8) >> 8;
    block[whole - 1] = (length * 8) & 255;
    state.set(FRACTIONS.start);
    for (var offset = 0; offset < whole; offset += 64) { mix(block, offset); }
    return state;
  }

  self.onmessage = function (event) {
    var wanted = new Int32Array(8), asked = event.data, found = null;
    for (var i = 0; i < 8; i += 1) { wanted[i] = parseInt(asked.challenge.substr(i * 8, 8), 16) | 0; }
    for (var number = 0; number <= asked.most && found === null; number += 1) {
      var got = digest(asked.salt + number), same = true;
      for (var j = 0; j < 8 && same; j += 1) { same = got[j] === wanted[j]; }
      if (same) { found = number; }
    }
    self.postMessage({ number: found });
  };
}());
