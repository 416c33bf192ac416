// Stands in for the script of the office programs: what the add-in asks of it, and a note of what it was told.
(() => {
  const given = window.kartotekaStub || {};
  const kept = new Map(Object.entries(given.settings || {}));
  const well = (value) => ({ status: "succeeded", value });
  const text = new TextEncoder().encode(given.content || "");
  const file = {
    size: text.length,
    sliceCount: Math.max(1, Math.ceil(text.length / 4)),
    getSliceAsync: (number, done) => done(well({ data: [...text.slice(number * 4, number * 4 + 4)] })),
    closeAsync: (done) => done(well()),
  };
  const item = {
    subject: given.subject,
    from: { emailAddress: given.sender },
    getAsFileAsync: (done) => done(given.refuses ? { status: "failed", error: { message: given.refuses } } : well(btoa(given.content))),
  };
  window.Office = {
    onReady: (ready) => Promise.resolve().then(() => ready({ host: given.host })),
    context: {
      mailbox: { item },
      document: {
        url: given.url,
        getFileAsync: (_type, _options, done) => done(well(file)),
        settings: {
          get: (name) => kept.get(name) ?? null,
          set: (name, value) => kept.set(name, value),
          saveAsync: (done) => {
            window.kartotekaKept = Object.fromEntries(kept);
            done(well());
          },
        },
      },
    },
  };
})();
