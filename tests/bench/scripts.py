"""What wrk sends: scripts in Lua, each person in turn with a cookie of their own."""

import random
import uuid


def voting(path: str, cookies: list[str], statements: list[str], more: str = "") -> str:
    """A wrk script: the next person votes on some statement, each time another choice."""
    headers = f"Content-Type: application/json\\r\\nSec-Fetch-Site: same-origin\\r\\n{more}"
    return f"""
local people, statements = {_lua(cookies)}, {_lua(statements)}
local n = {random.randrange(1000)}
local head, bodies
math.randomseed({random.randrange(2**31)})
init = function()  -- put together here: what wrk does itself is taken from what is measured
  head = "/vote HTTP/1.1\\r\\nHost: " .. wrk.headers["Host"] .. "\\r\\n{headers}"
  bodies = {{}}
  for i, vote in ipairs({{-1, 0, 1}}) do
    local body = '{{"vote":' .. vote .. '}}'
    bodies[i] = "\\r\\nContent-Length: " .. #body .. "\\r\\n\\r\\n" .. body
  end
end
request = function()
  n = n + 1
  return "PUT {path}" .. statements[math.random(#statements)] .. head .. "Cookie: "
    .. people[n % #people + 1] .. bodies[math.random(3)]
end
"""  # noqa: S311 (other votes in each run: what is not changed would not be written)


def reading(url: str, cookies: list[str]) -> str:
    path = "/" + url.split("/", 3)[3]
    return f"""
local people, n = {_lua(cookies)}, 0
request = function()
  n = n + 1
  return wrk.format("GET", "{path}", {{["Cookie"] = people[n % #people + 1],
    ["HX-Request"] = "true", ["Sec-Fetch-Site"] = "same-origin"}})
end
"""


def applying(urls: list[str], cookies: list[str]) -> str:
    """A wrk script: the next person sends the form for themselves, with a key of its own.

    Once all people have applied to the first session, they apply to the next one.
    """
    paths = _lua(["/" + url.split("/", 3)[3] for url in urls])
    return f"""
local paths, people, n = {paths}, {_lua(cookies)}, 0
request = function()
  local path = paths[math.min(math.floor(n / #people) + 1, #paths)]
  local person = people[n % #people + 1]
  local key = string.format("%08x-0000-4000-8000-{uuid.uuid4().hex[:12]}", n)
  n = n + 1
  return wrk.format("POST", path, {{["Cookie"] = person,
    ["Content-Type"] = "application/x-www-form-urlencoded", ["Sec-Fetch-Site"] = "same-origin"}},
    "submission=" .. key .. "&party.0.kind=adult&party.0.name=x&party.0.age=30&note=")
end
"""


def _lua(values: list[str]) -> str:
    return "{" + ",".join(f'"{value}"' for value in values) + "}"
