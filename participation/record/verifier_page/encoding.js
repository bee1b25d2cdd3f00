// Bytes, hexadecimal digits, Base64, canonical JSON and SHA-256, as the format page writes them.

class Malformed extends Error {}

// This browser cannot check: nothing is accepted, and people are told.
class Unsupported extends Error {}

const refuse = (why) => {
  throw new Malformed(why);
};

const toBytes = (text) => new TextEncoder().encode(text);

function toText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("not UTF-8");
  }
}

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const sameBytes = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) throw new Unsupported("no WebCrypto");
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

// What may stand in a field. Each takes a value and gives it back, or refuses it.
const is = {
  text(value) {
    if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) refuse("not a text");
    return value;
  },
  object(value) {
    const plain = typeof value === "object" && value !== null && !Array.isArray(value);
    return plain ? value : refuse("not an object");
  },
  list: (value) => (Array.isArray(value) ? value : refuse("not a list")),
  count: (value) => (Number.isSafeInteger(value) && value >= 0 ? value : refuse("not a number")),
  ordinal: (value) => (is.count(value) > 0 ? value : refuse("not a number from 1 on")),
  truth: (value) => (typeof value === "boolean" ? value : refuse("neither true nor false")),
  digest(value) {
    if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) refuse("not a digest");
    return value;
  },
  instant(value) {
    const form = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;
    return form.test(is.text(value)) ? value : refuse("not an instant");
  },
};

// A field of an object; what is inherited (`constructor` …) is not there.
const field = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

const fromHex = (value) =>
  Uint8Array.from(is.digest(value).match(/../g), (pair) => parseInt(pair, 16));

function fromBase64(value) {
  let binary;
  try {
    binary = atob(is.text(value));
  } catch {
    refuse("not Base64");
  }
  // atob() forgives blanks, missing padding and stray bits; the format does not.
  if (btoa(binary) !== value) refuse("not Base64 in its one spelling");
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function byCodePoint(a, b) {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let place = 0; place < left.length && place < right.length; place += 1) {
    const difference = left[place].codePointAt(0) - right[place].codePointAt(0);
    if (difference) return difference;
  }
  return left.length - right.length;
}

function write(value) {
  if (typeof value === "string") return JSON.stringify(is.text(value));
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? String(value) : refuse("not a whole number");
  }
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  const names = Object.keys(is.object(value)).sort(byCodePoint);
  return `{${names.map((name) => `${write(name)}:${write(value[name])}`).join(",")}}`;
}

function canonical(value) {
  try {
    return write(value);
  } catch (error) {
    return error instanceof RangeError ? refuse("nested too deeply") : refuse(error.message);
  }
}

function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return refuse("not JSON");
  }
}

// The value of a text that is its own canonical JSON.
function fromCanonical(text) {
  const value = fromJson(text);
  return canonical(value) === text ? value : refuse("not canonical JSON");
}

async function commitment(name, salt, value) {
  const before = toBytes(`pc1\0${name}\0`);
  return toHex(await sha256(join(before, salt, toBytes(value))));
}
