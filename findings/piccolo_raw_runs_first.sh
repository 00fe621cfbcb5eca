#!/bin/sh
# Piccolo 1.38.0.
# Guess: a migration step runs its parts in the order in which they are added to the manager, so a
# step may add a table and then fill it with `add_raw`.
# Seen: raw functions run before everything else of their step, forwards and backwards, wherever
# they stand: the fill meets "no such table", while the same function in a step of its own works.
# Fails if the step that adds and fills a table succeeds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "piccolo[sqlite]==1.38.0"
mkdir -p shop/steps
touch shop/__init__.py shop/steps/__init__.py
cat > piccolo_conf.py <<'PY'
from piccolo.conf.apps import AppRegistry
from piccolo.engine.sqlite import SQLiteEngine

DB = SQLiteEngine(path="shop.sqlite")
APP_REGISTRY = AppRegistry(apps=["shop.piccolo_app"])
PY
cat > shop/piccolo_app.py <<'PY'
from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="shop",
    migrations_folder_path=str(Path(__file__).parent / "steps"),
    table_classes=table_finder(["shop.tables"]),
    migration_dependencies=[],
    commands=[],
)
PY
cat > shop/tables.py <<'PY'
from piccolo.columns import Varchar
from piccolo.table import Table


class Apple(Table):
    label = Varchar()
PY
env/bin/piccolo migrations new shop --auto > log 2>&1
python3 - shop/steps/shop_*.py <<'PY'
import sys
from pathlib import Path

step = Path(sys.argv[1])
fill = '''    async def fill():
        from shop.tables import Apple

        await Apple.raw("INSERT INTO apple (label) VALUES ('first')")

    manager.add_raw(fill)

    return manager'''
step.write_text(step.read_text().replace("    return manager", fill))
PY
if env/bin/piccolo migrations forwards shop > log 2>&1 && ! grep -q "no such table" log; then
    echo "changed: the step that adds and fills a table succeeded"
    exit 1
fi
grep -o "no such table: apple" log | head -1
