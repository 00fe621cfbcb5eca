"""What docker/ says is kept true without an engine: nothing here needs Docker."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from tests.servers.harness import clean_environment

from enishi.cli import main
from enishi.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return loaded


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, rest) pairs, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (DOCKER / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def own_services() -> dict[str, dict[str, Any]]:
    return {
        name: service
        for name, service in compose()["services"].items()
        if "docker/Dockerfile" in str(service.get("build", ""))
    }


def test_the_compose_file_has_all_parts_of_a_site() -> None:
    services = compose()["services"]
    assert set(services) == {"proxy", "web", "worker", "migrate", "postgres", "valkey"}
    assert set(own_services()) == {"web", "worker", "migrate"}
    assert services["postgres"]["image"] == "postgres:18"
    for service in services.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose()["volumes"] or (DOCKER / source).is_file(), source
        for needed in service.get("depends_on", []):
            assert needed in services


def test_the_database_is_waited_for_where_the_site_will_look_for_it() -> None:
    # The image's first start runs a server that only its socket reaches, and stops it again.
    test = compose()["services"]["postgres"]["healthcheck"]["test"]
    assert "--host" in test


def test_every_command_that_is_named_exists() -> None:
    commands = [service["command"] for service in own_services().values()]
    commands += [
        service["healthcheck"]["test"][2:]
        for service in own_services().values()
        if "test" in service.get("healthcheck", {})
    ]
    (default,) = [rest for word, rest in instructions() if word == "CMD"]
    commands.append(yaml.safe_load(default))
    assert ["doctor", "--skip", "backup"] in commands
    for command in commands:
        # With --help the options before it are read too, and an unknown one is refused.
        answer = CliRunner().invoke(main, [*command, "--help"])
        assert answer.exit_code == 0, (command, answer.output)


def test_every_setting_that_is_named_exists() -> None:
    known = {f"ENISHI_{name.upper()}" for name in Settings.model_fields}
    written = (DOCKER / "compose.yaml").read_text()
    named = set(re.findall(r"^ +(ENISHI_\w+):", written, re.MULTILINE))
    named |= set(re.findall(r"ENISHI_\w+", (DOCKER / "Dockerfile").read_text()))
    assert named - known == {"ENISHI_DOMAIN"}  # the proxy's
    asked = set(re.findall(r"\$\{(\w+)", written))
    offered = set(re.findall(r"^(\w+)=", (DOCKER / ".env.example").read_text(), re.MULTILINE))
    assert asked == offered


def test_the_proxy_that_is_trusted_is_the_one_that_is_there() -> None:
    service = compose()["services"]["proxy"]
    address = service["networks"]["default"]["ipv4_address"]
    trusted = own_services()["web"]["environment"]["ENISHI_TRUSTED_PROXIES"]
    assert Settings(trusted_proxies=yaml.safe_load(trusted)).trusted_proxies == (address,)


def test_every_copied_file_exists_and_is_let_through() -> None:
    let_through = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    sources = copied()
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source in let_through, source


def copied() -> list[str]:
    """Sources in the repository; not those of another stage."""
    lines = [rest.split() for word, rest in instructions() if word == "COPY"]
    return [name for words in lines if not words[0].startswith("--") for name in words[:-1]]


def test_the_image_runs_as_an_ordinary_user_with_a_health_check() -> None:
    words = dict(instructions())
    assert words["USER"] == "10001"
    assert "/readyz" in words["HEALTHCHECK"]
    assert (DOCKER / "entrypoint.sh").stat().st_mode & 0o111


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the first stage's steps were run: only what is copied is there."""
    folder = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "python"], check=True)
    (folder / "src").mkdir()
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--"):
            put_in(folder / "src", rest.split()[:-1])
        elif word == "RUN" and "apt-get" not in rest and "useradd" not in rest:
            run_in(folder, rest)
    return folder


def put_in(folder: Path, names: list[str]) -> None:
    for name in names:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, folder)


def run_in(folder: Path, step: str) -> None:
    """Run a step with the machine's Python in the part of the image's, below the folder."""
    environment = clean_environment(
        PATH=f"{folder}/python/bin:{Path(sys.executable).parent}:/usr/bin:/bin"
    )
    environment.pop("PYTHONPATH", None)
    step = step.replace("/opt/enishi", str(folder / "enishi")).replace(" --no-cache ", " ")
    # The image's own pip installs uv; here a machine's pip does, into the part's environment.
    step = step.replace(
        "python -m pip", f"{shutil.which('python3')} -m pip --python {folder}/python"
    )
    if "requirements" in step:  # of others' packages it is slow, and nothing is learnt from it
        step = step.replace(" --compile-bytecode ", " ")
    subprocess.run(step, shell=True, check=True, cwd=folder / "src", env=environment)  # noqa: S602


def in_image(image: Path, *command: str | Path) -> str:
    ran = subprocess.run(
        command,
        cwd=image,  # not the checkout: nothing of it may be found by chance
        env={"PATH": f"{image}/enishi/bin:/usr/bin:/bin", "ENISHI_DATA_DIR": str(image / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout + ran.stderr


def test_the_install_steps_of_the_image_yield_the_whole_platform(image: Path) -> None:
    assert "enishi, version" in in_image(image, "enishi", "--version")
    assert "Exit codes" in in_image(image, "sh", DOCKER / "entrypoint.sh", "web", "--help")
    assert "WRONG postgresql" in in_image(image, "sh", DOCKER / "entrypoint.sh", "doctor")
    packed = in_image(
        image,
        "python",
        "-c",
        "import enishi.web.app, enishi_jobs, enishi.paths as p; print(p.FRONTEND_TEMPLATES)",
    ).strip()
    assert Path(packed).is_relative_to(image), packed
    for folder, source in (
        (Path(packed), "frontend_templates"),
        (Path(packed).parent, "platform/enishi"),
    ):
        assert missing_from(folder, ROOT / source) == set()


def missing_from(folder: Path, source: Path) -> set[str]:
    """Files of the repository's folder that the installed one lacks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "."], cwd=source, capture_output=True, text=True, check=True
    )
    names = filter(None, listed.stdout.split("\0"))
    return {name for name in names if (source / name).exists() and not (folder / name).exists()}
