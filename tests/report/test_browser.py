"""The page in a real browser, 400 to 1600 pixels wide, light and dark: no message on the console,
no page that scrolls sideways, no row of cards with a hole, no chart whose texts leave it or cover
each other."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

WIDTHS = [400, 800, 1100, 1600]
# Name of a page, and what writes it: a program of tests/ and what follows the path.
PAGES = {"10": ("report_page", "10"), "2": ("report_page", "2"), "47": ("report_page", "47"),
         "none": ("report_page", "none"), "compare": ("report_compare", "10"),
         "dense": ("report_compare", "14", "dense")}
SECONDS = 120  # for one start of the browser; it needs two, a busy machine more
BUILD = pathlib.Path(os.environ.get("SPIQE_BUILD_DIR", "build/dev"))

# The page forbids scripts, so a copy without its policy measures itself and tells its frame.
MEASURE = """<script>addEventListener("load", () => {
  const faults = [], root = document.documentElement;
  if (root.scrollWidth > innerWidth) faults.push("scrolls to " + root.scrollWidth);
  const style = getComputedStyle(document.body);
  for (const grid of document.querySelectorAll(".grid")) {
    const ends = new Map(), right = grid.getBoundingClientRect().right;
    for (const card of grid.children) {
      const box = card.getBoundingClientRect();
      ends.set(Math.round(box.top), box.right);
    }
    if ([...ends.values()].some(end => end < right - 1)) faults.push("a row of cards has a hole");
  }
  for (const svg of document.querySelectorAll("svg")) {
    const name = svg.getAttribute("aria-label"), frame = svg.getBoundingClientRect();
    if (!name) faults.push("a chart has no name");
    if (frame.width < 100 || frame.height < 40) faults.push(name + ": has no size");
    const boxes = [...svg.querySelectorAll("text")].map(text => [text.getBoundingClientRect(),
                                                                 text.textContent]);
    boxes.forEach(([a, words], i) => {
      if (a.width && (a.left < frame.left - 1 || a.right > root.clientWidth))
        faults.push(name + ": '" + words + "' leaves the chart");
      for (const [b, others] of boxes.slice(i + 1)) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 0.35 * Math.min(a.height, b.height))
          faults.push(name + ": '" + words + "' covers '" + others + "'");
      }
    });
  }
  parent.postMessage({page: NAME, width: innerWidth, faults: faults.slice(0, 8),
    charts: document.querySelectorAll("svg").length, back: style.backgroundColor,
    is_dark: matchMedia("(prefers-color-scheme: dark)").matches}, "*");
});</script>"""

# Frames, because a window of the browser cannot be narrower than 500 pixels.
FRAMES = """<!DOCTYPE html><meta name="color-scheme" content="light dark"><link rel="icon"
href="data:,"><body><pre id="found"></pre><script>
const found = [];
addEventListener("message", event => {
  found.push(event.data);
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script>"""


def browse(browser, folder, url, is_dark):
    """The document after it was loaded, and what the browser said."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
               "--no-first-run", "--enable-logging=stderr", f"--user-data-dir={folder}/profile",
               "--virtual-time-budget=4000", "--window-size=1700,1000",
               f"--blink-settings=preferredColorScheme={0 if is_dark else 1}", "--dump-dom", url]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             start_new_session=True)
    try:
        return child.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        raise SystemExit(f"the browser did not finish {url} in {SECONDS} s")


def console_lines(said):
    return [line for line in said.splitlines() if ":CONSOLE" in line]


def write_pages(folder):
    """Each page as it is, a copy that measures itself, and one document that frames the copies."""
    frames = FRAMES
    for name, (program, *arguments) in PAGES.items():
        path = folder / f"{name}.html"
        subprocess.run([BUILD / "tests" / program, path, *arguments], check=True, timeout=SECONDS)
        html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", path.read_text())
        measure = MEASURE.replace("NAME", json.dumps(name))
        (folder / f"copy-{name}.html").write_text(html.replace("</body>", measure + "</body>"))
        for width in WIDTHS:
            frames += f'<iframe src="copy-{name}.html" width="{width}" height="900"></iframe>\n'
    (folder / "frames.html").write_text(frames.replace("<iframe", '<iframe style="border:0"'))


def faults_of_scheme(browser, folder, is_dark):
    document, said = browse(browser, folder, f"file://{folder}/frames.html", is_dark)
    found = re.search(r'<pre id="found">(.*?)</pre>', document, re.S)
    text = found[1] if found else ""
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    rows = json.loads(text or "[]")
    yield from console_lines(said)
    if len(rows) != len(PAGES) * len(WIDTHS):
        yield f"{len(rows)} of {len(PAGES) * len(WIDTHS)} pages were measured"
    for row in rows:
        place = f"page '{row['page']}', {row['width']} pixels, {'dark' if is_dark else 'light'}"
        yield from (f"{place}: {fault}" for fault in row["faults"])
        if row["is_dark"] != is_dark:
            yield f"{place}: the browser did not take the colour scheme"
        brightness = sum(map(int, re.findall(r"\d+", row["back"])[:3])) / 3
        if (brightness < 128) != is_dark:
            yield f"{place}: the background is {row['back']}"
        if (row["charts"] == 0) != (row["page"] == "none"):
            yield f"{place}: {row['charts']} charts"


def main():
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser",
                                                   "google-chrome"))), None)
    if not browser:
        print("skipped: chromium is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="spiqe-browser-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        write_pages(folder)
        faults = []
        for is_dark in (False, True):
            faults += faults_of_scheme(browser, folder, is_dark)
        for page in PAGES:  # as it is, with its policy
            _, said = browse(browser, folder, f"file://{folder}/{page}.html", False)
            faults += console_lines(said)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
