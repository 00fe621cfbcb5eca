"""Where two lists must agree: settings and their manual, contracts and handlers, libraries."""

import ast
import importlib
import pkgutil
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from tests.architecture.test_layout import ROOT, python_files

import enishi
import enishi_jobs
from enishi.kit.jobs import Job
from enishi.settings import Settings
from enishi.statistics.metrics import DEFINED
from enishi.statistics.retired_metrics import RETIRED
from enishi_jobs.registry import HANDLERS

OPERATIONS = (ROOT / "docs/operations.md").read_text()
LIBRARIES = (ROOT / "docs/decisions/0003-libraries.md").read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_explained_to_operators(name: str) -> None:
    assert f"`ENISHI_{name.upper()}`" in OPERATIONS


def test_the_manual_explains_no_setting_that_is_gone() -> None:
    explained = set(re.findall(r"^\| `?(ENISHI_\w+)", OPERATIONS, re.MULTILINE))
    known = {f"ENISHI_{name.upper()}" for name in Settings.model_fields}
    assert explained - known == set()


def _import_everything() -> None:
    for package in (enishi, enishi_jobs):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__") and "piccolo_migrations" not in found.name:
                importlib.import_module(found.name)


def test_no_code_counts_by_a_metric_that_is_retired() -> None:
    """Former releases hold them. What reads those takes the names from the stored table."""
    retired = {metric.key for metric in RETIRED}
    assert retired
    assert not retired & {metric.key for metric in DEFINED}
    named = {
        (path.relative_to(ROOT).as_posix(), node.value)
        for path in python_files("platform", "jobs")
        if path.name != "retired_metrics.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in retired
    }
    assert named == set()


def test_every_job_contract_of_ours_has_its_handler() -> None:
    """Two handlers for one name are refused by the registry itself."""
    _import_everything()
    contracts = {each.name for each in _descendants(Job) if each.__module__.startswith("enishi.")}
    ours = {
        name
        for name, binding in HANDLERS.items()
        if binding.contract.__module__.startswith("enishi.")
    }
    assert contracts == ours


def _descendants(kind: type[Job]) -> set[type[Job]]:
    return {found for each in kind.__subclasses__() for found in {each, *_descendants(each)}}


def _names() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = list(project["project"]["dependencies"])
    for group in project["dependency-groups"].values():
        wanted += [each for each in group if isinstance(each, str)]
    return sorted({re.split(r"[\[<>=]", each)[0] for each in wanted})


@pytest.mark.parametrize("library", _names())
def test_a_library_has_its_reason(library: str) -> None:
    assert f"| {library} |" in LIBRARIES


def test_no_reason_is_left_of_a_library_that_is_gone() -> None:
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \|", LIBRARIES, re.MULTILINE)) - {"library"}
    assert explained - set(_names()) == set()


def test_what_the_platform_imports_is_asked_for_by_name() -> None:
    """Not left to some other library that happens to bring it along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[\[<>=]", each)[0] for each in project["dependencies"]}
    # The other halves of pydantic and of numba, in the versions that these name.
    declared |= {"pydantic-core", "llvmlite"}
    imported = set()
    for path in python_files("platform", "jobs"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    missing = {
        module
        for module in imported - sys.stdlib_module_names - {"enishi", "enishi_jobs"}
        if not declared & {_normal(each) for each in distributions.get(module, [])}
    }
    assert missing == set()


def _normal(distribution: str) -> str:
    return distribution.lower().replace("_", "-").replace(".", "-")
