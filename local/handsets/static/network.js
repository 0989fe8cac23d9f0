// The choice of what a network does, for one phone or for all.
import { h, icon, show } from "./dom.js";
import { t } from "./words.js";

const PHONE_MODES = ["deliver", "delay", "fail", "lose_receipt", "out_of_order"];
const API_MODES = ["timeout_after_accept", "throttle"];
const API_ERRORS = ["MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", "DESTINATION_PHONE_NUMBER_OPTED_OUT", "InternalServerException"];
const SECONDS = { delay: 10, timeout_after_accept: 20 };

export const tone = (network) => {
  if (!network || network.mode === "deliver") return "good";
  return ["fail", "throttle", "error"].includes(network.mode) ? "bad" : "shaky";
};

const valueOf = (network, inherits) => {
  if (!network) return inherits ? "inherit" : "deliver";
  return network.mode === "error" ? `error:${network.error}` : network.mode;
};

export function networkChoice(to, inherits, label, onProblem, set) {
  const select = h("select");
  const seconds = h("input", { type: "number", min: "0", max: "86400", step: "1", class: "seconds", hidden: true });
  const sign = icon("signal");
  const element = h("span", { class: "net" }, sign, select, seconds);
  let current = null;

  function options() {
    const group = (name, values) => h("optgroup", { label: t(name) }, ...values.map(([value, words]) => h("option", { value }, words)));
    const named = (modes) => modes.map((mode) => [mode, t(mode)]);
    const errors = API_ERRORS.map((error) => [`error:${error}`, t(error)]);
    const all = [group("groupPhone", named(PHONE_MODES)), group("groupApi", [...named(API_MODES), ...errors])];
    if (inherits) all.unshift(h("option", { value: "inherit" }, t("inherit")));
    select.replaceChildren(...all);
  }

  async function send() {
    const [mode, error] = select.value.split(":");
    const body = { to, mode };
    if (error) body.error = error;
    if (mode in SECONDS) body.seconds = mode === current?.mode ? Number(seconds.value) : SECONDS[mode];
    await set(body).catch((problem) => {
      onProblem(problem);
      update(current);
    });
  }
  select.addEventListener("change", send);
  seconds.addEventListener("change", () => seconds.checkValidity() && send());

  function update(network, effective = network) {
    current = network;
    const value = valueOf(network, inherits);
    if (![...select.querySelectorAll("option")].some((one) => one.value === value)) {
      select.append(h("option", { value }, t("errorOther"))); // set by the JSON interface to one that the page does not offer
    }
    if (select.value !== value) select.value = value;
    seconds.hidden = !(network?.mode in SECONDS);
    if (!seconds.hidden && document.activeElement !== seconds) seconds.value = network.seconds;
    element.dataset.tone = tone(effective);
    show(sign, tone(effective) === "bad" ? "nosignal" : "signal");
  }

  function relabel() {
    options();
    select.setAttribute("aria-label", label());
    select.title = label();
    seconds.setAttribute("aria-label", t("seconds"));
    update(current);
  }
  return { element, update, relabel }; // empty until it is labelled
}

