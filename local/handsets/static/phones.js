// What the page knows of the phones, without drawing anything.
export const MOST_SHOWN_ENTRIES = 60;

export function makePhones() {
  const phones = new Map(); // msisdn -> phone with `entries`: Map id -> entry, oldest first
  let order = []; // msisdns, newest activity first

  const asPhone = (raw) => ({ ...raw, entries: new Map(raw.entries.map((one) => [one.id, one])) });

  return {
    get: (msisdn) => phones.get(msisdn),
    order: () => order,
    all: () => phones.values(),

    // The wall as the server has it.
    begin(found) {
      phones.clear();
      for (const raw of found) phones.set(raw.msisdn, asPhone(raw));
      order = found.map((raw) => raw.msisdn);
    },

    // Phones that were asked for by number, because an update spoke of them: oldest activity first.
    put(found, most) {
      for (const raw of found) {
        if (!phones.has(raw.msisdn)) raw.last_at ? order.unshift(raw.msisdn) : order.push(raw.msisdn);
        phones.set(raw.msisdn, asPhone(raw));
      }
      for (const gone of order.splice(most)) phones.delete(gone);
    },

    // What changed: numbers to draw again, numbers that are unknown here. `still`: phones keep their places.
    merge(update, still) {
      const changed = new Set();
      const unknown = new Set();
      for (const raw of update.phones ?? []) {
        const phone = phones.get(raw.msisdn);
        if (!phone) unknown.add(raw.msisdn);
        else {
          Object.assign(phone, raw);
          changed.add(raw.msisdn);
        }
      }
      for (const entry of update.entries ?? []) {
        const phone = phones.get(entry.phone);
        if (!phone) continue;
        if (!phone.entries.has(entry.id) && !still) {
          order = [entry.phone, ...order.filter((one) => one !== entry.phone)];
        }
        phone.entries.set(entry.id, entry);
        while (phone.entries.size > MOST_SHOWN_ENTRIES) phone.entries.delete(phone.entries.keys().next().value);
        changed.add(entry.phone);
      }
      return { changed, unknown };
    },
  };
}

// Whether a phone is what somebody searches for; the same rule as the server's.
export function matches(phone, query) {
  const wanted = query.trim().toLowerCase();
  if (!wanted || phone.name.toLowerCase().includes(wanted)) return true;
  const digits = wanted.replace(/\D/g, "");
  return digits !== "" && !/\p{L}/u.test(wanted) && phone.msisdn.includes(digits);
}

// Who writes: the signature in the text, else the originator's known title, else its number.
export function senderName(entry, titles, locale) {
  const signature = /^\s*【([^】]{1,20})】|【([^】]{1,20})】\s*$|^\s*\[([^\]]{1,20})\]/.exec(entry.body);
  const title = titles?.[entry.from];
  return title?.[locale] ?? title?.[locale.slice(0, 2)] ?? signature?.slice(1).find(Boolean) ?? (title && Object.values(title)[0]) ?? entry.from;
}

// One of eight colours; what the network knows by name gets neighbouring ones, so that two brands never look alike.
export function brandColour(originator, titles) {
  const known = [...new Set(Object.values(titles ?? {}).map((title) => JSON.stringify(title)))];
  const place = titles?.[originator] ? known.indexOf(JSON.stringify(titles[originator])) : -1;
  if (place >= 0) return place % 8;
  let sum = 0;
  for (const character of originator) sum = (sum * 31 + character.codePointAt(0)) % 4093;
  return sum % 8;
}
