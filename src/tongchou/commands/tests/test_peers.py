"""The peers' scripts: run with the right surroundings; one that fails is told, not fatal."""

from pathlib import Path

import pytest

from tongchou.commands.peers import PeersFailed, measure_peers

GENERATOR = """
import os, pathlib
pathlib.Path(os.environ["PEER_RULES_DATA"], "claims").write_text(os.environ["PEER_RULES_N"])
"""
PEER = """
import json, os, pathlib, sys
made = pathlib.Path(os.environ["PEER_RULES_DATA"], "claims").read_text()
print("warming up")
print(json.dumps({"name": "numpy " + sys.argv[1], "claims_per_s": int(made) * 1000}))
"""


def test_peers_that_run_are_figures_and_the_others_are_told(tmp_path: Path) -> None:
    (tmp_path / "gen.py").write_text(GENERATOR)
    (tmp_path / "b_numpy.py").write_text(PEER)
    (tmp_path / "c_polars.py").write_text("import a_library_that_is_not_there")
    told: list[str] = []
    [figure] = measure_peers(tmp_path, 5000, told.append)
    assert (figure.what, figure.values, figure.target) == ("numpy cumsum", (5.0,), None)
    assert len(told) == 6
    assert "c_polars.py: ModuleNotFoundError: No module named 'a_library_that_is_not_there'" in told


def test_without_claims_there_is_no_comparison(tmp_path: Path) -> None:
    (tmp_path / "gen.py").write_text("raise SystemExit('no numpy')")
    with pytest.raises(PeersFailed, match="no numpy"):
        measure_peers(tmp_path, 10, print)
