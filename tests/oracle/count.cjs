// Lines of JSON texts in; for each a line {encoding, segments, units, bodies} as the calculator sees it.
const { SegmentedMessage } = require("sms-segments-calculator");

const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
const answers = lines.map((line) => {
  const seen = new SegmentedMessage(JSON.parse(line));
  const characters = seen.segments.map((segment) => [...segment].filter((one) => !one.isUserDataHeader));
  return JSON.stringify({
    encoding: seen.encodingName,
    segments: seen.segmentsCount,
    units: characters.flat().reduce((sum, one) => sum + one.codeUnits.length, 0),
    bodies: characters.map((body) => body.map((one) => one.raw).join("")),
  });
});
process.stdout.write(answers.join("\n") + "\n");
