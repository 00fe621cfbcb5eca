"""The opinion landscape: from votes to groups, common ground and the next statement to show.

It takes arrays and returns arrays; it uses no database and no web (an import-linter contract).
Method, formulas and measurements: docs/landscape.md.
"""

from enishi.landscape.analysis import analyse, analyse_core, report_on
from enishi.landscape.engines import use_engine
from enishi.landscape.errors import EngineError, VotesError
from enishi.landscape.results import Earlier, GroupReport, Landscape, Moderation, Parameters
from enishi.landscape.votes import Votes

__all__ = [
    "Earlier",
    "EngineError",
    "GroupReport",
    "Landscape",
    "Moderation",
    "Parameters",
    "Votes",
    "VotesError",
    "analyse",
    "analyse_core",
    "report_on",
    "use_engine",
]
