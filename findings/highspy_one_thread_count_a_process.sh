#!/bin/sh
# highspy 1.16.0 (HiGHS 1.16.0), with numpy 2.3.5.
# Guess: "threads" is an option of one model, so two models of a process may differ in it.
# Seen: the first model that is run fixes the number for the whole process, and a later model with
# another number is not solved: run() returns kError and raises nothing, the model status is
# kNotset, and getSolution() gives zeros, which break the model's own row x + y = 3. With silent()
# nothing is printed either. Who reads the solution without asking for the status, in a worker that
# also runs another library's models, gets wrong numbers.
# Fails if the second model is solved, or refused loudly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check highspy==1.16.0 numpy==2.3.5 2> log
cat > two.py <<'PY'
import highspy
import numpy as np

both, ones = np.array([0, 1], dtype=np.int32), np.array([1.0, 1.0])


def solve(threads):
    model = highspy.Highs()
    model.silent()
    model.setOptionValue("threads", threads)
    model.addVar(0, 10)
    model.addVar(0, 10)
    model.addRow(3, 3, 2, both, ones)
    model.changeColsCost(2, both, np.array([1.0, 2.0]))
    status = model.run()
    return status.name, model.getModelStatus().name, [*map(float, model.getSolution().col_value)]


first, second = solve(1), solve(2)
print("threads 1:", *first)
print("threads 2:", *second)
assert first == ("kOk", "kOptimal", [3.0, 0.0]), "changed: the first model"
assert second == ("kError", "kNotset", [0.0, 0.0]), "changed: the second model"
PY
env/bin/python two.py
