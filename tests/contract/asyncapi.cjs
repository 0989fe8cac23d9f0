// Prints what the AsyncAPI parser has to say of a document, a line for each diagnosis; 1 if any is an error.
const fs = require('fs');
const { Parser } = require('@asyncapi/parser');
new Parser().parse(fs.readFileSync(process.argv[2], 'utf8')).then(({ document, diagnostics }) => {
  for (const d of diagnostics) console.log(d.severity, d.code, d.path.join('.'), d.message);
  console.log(document ? `${document.allMessages().length} messages, ${document.allOperations().length} operations` : 'no document');
  process.exit(document && !diagnostics.some((d) => d.severity === 0) ? 0 : 1);
});
