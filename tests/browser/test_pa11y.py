"""A second opinion: pa11y (HTML CodeSniffer) on a whole site as an operator starts it.

In the long tier, because it needs Node: `apt-get install npm`. It is fetched into a temporary
folder, runs no install script, and drives the same Chromium as the other tests.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.test_accessibility import PAGES
from tests.servers.harness import Site, clean_environment, running_site, short_folder
from tools import browser

pytestmark = [pytest.mark.browser, pytest.mark.soak]

ROOT = Path(__file__).parents[2]
PA11Y = "pa11y@9.1.1"
_RUN = """
const pa11y = require("pa11y");
const [executablePath, ...urls] = process.argv.slice(2);
(async () => {
  const found = {};
  for (const url of urls) {
    const { issues } = await pa11y(url, {
      standard: "WCAG2AA",
      timeout: 120000,
      chromeLaunchConfig: { executablePath, args: ["--no-sandbox", "--disable-gpu"] },
    });
    found[url] = issues.map((issue) => `${issue.code} ${issue.context}`);
  }
  console.log(JSON.stringify(found));
})();
"""


@pytest.fixture(scope="module")
def pa11y(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert shutil.which("npm"), "pa11y needs Node: apt-get install npm, then start again."
    folder = tmp_path_factory.mktemp("pa11y")
    subprocess.run(
        ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", PA11Y],
        cwd=folder,
        check=True,
    )
    (folder / "run.cjs").write_text(_RUN, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    up = (sys.executable, "-m", "enishi.cli", "up", "--port", "0", "--workers", "1")
    with short_folder() as folder:
        environment = clean_environment(ENISHI_DATA_DIR=str(folder / "data"))
        with running_site(up, folder, ROOT, environment) as running:
            running.wait_until_ready()
            yield running


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pa11y_agrees(pa11y: Path, site: Site, language: str) -> None:
    chromium = browser.find()
    assert chromium
    urls = [f"{site.address}/{language}{path}" for path in (*PAGES, "/no-such-page")]
    ended = subprocess.run(
        ["node", "run.cjs", chromium, *urls],
        cwd=pa11y,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"},
    )
    found = json.loads(ended.stdout)
    assert list(found) == urls
    assert {url: issues for url, issues in found.items() if issues} == {}
