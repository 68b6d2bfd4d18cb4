// Runs before everything else. A separate file, because the content security policy allows no inline scripts.

// Applies the chosen theme before the first paint, so that the other theme never flashes.
try {
  var theme = localStorage.getItem("boocode.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: keep the system's theme.
}

// Requests the data of the first view now, while the page's scripts are still loading. `asked-first.ts` uses the answers;
// the page requests everything else as usual, so an outdated list here only costs time.
(function () {
  var asked = { token: null, place: null, answers: {} };
  window.boocodeAsked = asked;

  function ask(calls) {
    var paths = calls.map(function (call) {
      return call[0];
    });
    var inputs = {};
    calls.forEach(function (call, at) {
      if (call[1] !== undefined) inputs[at] = call[1];
    });
    var url = "/trpc/" + paths.join(",") + "?batch=1&input=" + encodeURIComponent(JSON.stringify(inputs));
    var answers = fetch(url, { headers: { authorization: "Bearer " + asked.token } }).then(function (response) {
      if (!response.ok && response.status !== 207) throw new Error("refused");
      return response.json().then(function (list) {
        return { list: list, place: response.headers.get("x-boocode-place") };
      });
    });
    calls.forEach(function (call, at) {
      asked.answers[call[0] + " " + JSON.stringify(call[1])] = answers.then(function (answer) {
        return { answer: answer.list[at], place: answer.place };
      });
    });
    // Mark a failure as handled until the page uses the answer.
    answers.catch(function () {});
  }

  try {
    asked.token = localStorage.getItem("boocode.token");
    if (!asked.token || /[#&]token=/.test(location.hash)) return;
    var place = /^\/session\/([\w.:-]+)(?:\/(?:changes(?:\/[\w.:-]+)?|code(?:\/.*)?|([\w.:-]+)))?\/?$/.exec(location.pathname);
    var everywhere = [["projects.list"], ["sessions.list", { includeArchived: true }], ["settings.get"], ["permissions.list", {}]];
    if (!place) return ask(everywhere);
    var session = { sessionId: place[1] };
    var ofSession = [
      ["chats.list", session],
      ["sessions.layout", session],
      ["tasks.list", { sessionId: place[1], states: ["queued", "running"], limit: 100 }],
      ["pendingChanges.list", session],
      ["agentSessions.list", session],
      ["terminals.list", session],
    ];
    if (place[2]) ofSession.push(["chats.transcript", { chatId: place[2], limit: 60 }]);
    ask(everywhere.concat(ofSession));
    // These queries inspect the machine, so they must not delay the others.
    var slower = [
      ["agents.list"],
      ["trash.list"],
      ["worktreeRisk.locks", session],
      ["pendingChanges.leftOut", session],
      ["pendingChanges.edits", session],
      ["pendingChanges.viewed", session],
      ["pendingChanges.comments", session],
      ["agentSessions.processes", session],
      ["usage.budget", session],
    ];
    if (place[2]) slower.push(["tasks.previewHandoff", { chatId: place[2] }]);
    var last = JSON.parse(localStorage.getItem("boocode.sessionProject"));
    if (last && last.sessionId === place[1])
      slower.push(["projects.trustReport", { projectId: last.projectId, sessionId: last.sessionId }]);
    ask(slower);
  } catch {
    // The page requests the data itself.
  }
})();
