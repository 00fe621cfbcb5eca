"""Pages of the site itself: home and what the law and good manners ask for."""

from litestar import get
from litestar.response import Template


@get("/", name="home:index")
async def home() -> Template:
    return Template("home/index.html")


HANDLERS = [home]
