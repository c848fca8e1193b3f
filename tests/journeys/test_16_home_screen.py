"""The pages on a home screen, and the browser's own script: as a real browser takes them, within the pages' own policies."""

ASKED_BY_THE_SCRIPT = """async () => {
  const asked = fetch("/varsler/ny-nettleser/", {method: "POST", body: new URLSearchParams({was: "https://x.example"})});
  await (await caches.open("varsler")).put("/varsler-sw.js", Response.json({key: "B"}));
  const elsewhere = await fetch("https://x.example/").then(() => "let", () => "stopped");
  return [(await asked).status, (await (await caches.open("varsler")).match("/varsler-sw.js")).status, elsewhere];
}"""


def test_a_phone_can_install_the_page_and_the_script_may_tell_the_portal_and_nobody_else(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/profil/kontaktinformasjon/")

    session = astrid.context.new_cdp_session(astrid.page)
    told = session.send("Page.getAppManifest")
    assert (told["url"], told["errors"]) == (f"{demo.web}/hjemmekontakt.webmanifest", [])
    errors = {each["errorId"] for each in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert errors <= {"in-incognito"}  # the tests' browsers all are

    with astrid.context.expect_event("serviceworker") as started:
        astrid.page.evaluate("navigator.serviceWorker.register('/varsler-sw.js', {scope: location.pathname})")
    assert started.value.evaluate(ASKED_BY_THE_SCRIPT) == [204, 200, "stopped"]
