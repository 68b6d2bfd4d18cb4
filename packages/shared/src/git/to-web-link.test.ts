import { expect, it } from "vitest";
import { toCompareUrl, toWebPage } from "./to-web-link.ts";

it.each([
  ["git@github.com:owner/repo.git", "https://github.com/owner/repo", "github"],
  ["ssh://git@github.com:22/owner/repo.git", "https://github.com/owner/repo", "github"],
  ["https://github.com/owner/repo", "https://github.com/owner/repo", "github"],
  ["https://person:ghp_secret@github.com/owner/repo.git", "https://github.com/owner/repo", "github"],
  ["https://ghp_secret@github.com/owner/repo.git/?token=x#y", "https://github.com/owner/repo", "github"],
  ["HTTPS://GitHub.com/Owner/Repo.git", "https://github.com/Owner/Repo", "github"],
  ["https://git.company.example:8443/team/sub/repo.git", "https://git.company.example:8443/team/sub/repo", "other"],
  ["git@gitlab.company.example:team/sub/repo.git", "https://gitlab.company.example/team/sub/repo", "gitlab"],
  ["git@bitbucket.org:owner/repo.git", "https://bitbucket.org/owner/repo", "bitbucket"],
  ["https://codeberg.org/owner/repo.git", "https://codeberg.org/owner/repo", "gitea"],
  ["git://github.com/owner/repo.git", "https://github.com/owner/repo", "github"],
  ["http://host.example/owner/re po", null, "other"],
  ["/home/person/repo.git", null, "other"],
  ["../repo.git", null, "other"],
  ["file:///home/person/repo.git", null, "other"],
  ["C:/repo/x.git", null, "other"],
  ["ext::sh -c whoami", null, "other"],
  ["javascript:alert(1)", null, "other"],
  ["https://github.com/owner", null, "other"],
  ["https://github.com/../owner/repo", null, "other"],
  ["git@github.com:../../repo", null, "other"],
  ["", null, "other"],
])("the page of %s is %s", (address, webUrl, kind) => {
  expect(toWebPage(address)).toEqual({ webUrl, kind });
});

it("no part of a password reaches a page's address", () => {
  for (const address of ["https://u:p%40ss@github.com/o/r.git", "ssh://u:p%40ss@github.com/o/r", "https://p%40ss@gitlab.com/o/r"])
    expect(toWebPage(address).webUrl).not.toMatch(/p(?:%40|@)ss|u:/);
});

it.each([
  ["github", "https://h/o/r/compare/main...boocode/fix%23it-1?expand=1"],
  ["gitea", "https://h/o/r/compare/main...boocode/fix%23it-1"],
  [
    "gitlab",
    "https://h/o/r/-/merge_requests/new?merge_request%5Bsource_branch%5D=boocode%2Ffix%23it-1&merge_request%5Btarget_branch%5D=main",
  ],
  ["bitbucket", "https://h/o/r/pull-requests/new?source=boocode%2Ffix%23it-1&dest=main"],
  ["other", null],
] as const)("the compare page of %s", (kind, url) => {
  expect(toCompareUrl({ webUrl: "https://h/o/r", kind, branch: "boocode/fix#it-1", base: "main" })).toBe(url);
});

it("a branch is not proposed for itself, and not without a page", () => {
  expect(toCompareUrl({ webUrl: "https://h/o/r", kind: "github", branch: "main", base: "main" })).toBeNull();
  expect(toCompareUrl({ webUrl: null, kind: "github", branch: "topic", base: "main" })).toBeNull();
});
