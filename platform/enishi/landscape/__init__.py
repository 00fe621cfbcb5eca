"""The opinion landscape: from raw votes to groups, common ground and the next statement to show.

Arrays in, arrays out; no database, no web. Method, formulas and figures: docs/landscape.md.
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
