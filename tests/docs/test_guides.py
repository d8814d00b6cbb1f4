"""The guides for analysts and for writers of policies hold against the program."""

import os
import subprocess
from pathlib import Path

import pytest

from tongchou import settings
from tongchou.core.claims import rows
from tongchou.core.policy import load_cases, load_policy, run_cases, schema
from tongchou.demo.tests.served import environment

from .blocks import blocks, words_of_table

SETTINGS = Path(settings.__file__).read_text("utf-8")


def test_the_analysts_commands_and_notebook_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = blocks("analysts.md", "bash", "python")
    script = "set -e\n" + "".join(text for kind, text in found if kind == "bash")
    subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment(), check=True)
    assert len((tmp_path / "answers.jsonl").read_text().splitlines()) == 3
    assert (tmp_path / "answers.csv").read_text("utf-8-sig").startswith("claim_id")
    monkeypatch.chdir(tmp_path)
    notebook = [text for kind, text in found if kind == "python"]
    assert len(notebook) == 2
    exec(compile("\n".join(notebook), "analysts.md", "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "c1 32832.00 17168.00"
    assert any("特困供养人员、孤儿起付标准下调80%" in line for line in said)


def test_the_analysts_table_names_the_fields_of_a_claim() -> None:
    assert sorted(words_of_table("analysts.md", "fields")) == sorted(rows.FIELDS)


def test_the_example_policy_pays_what_its_cases_say() -> None:
    policy, cases = (text for _kind, text in blocks("writing-a-policy.md", "yaml"))
    plan = load_policy(policy, source="writing-a-policy.md")
    results = run_cases(plan, load_cases(cases, source="writing-a-policy.md"))
    assert [(one.id, one.differences) for one in results] == [("S-01", ()), ("S-02", ())]


@pytest.mark.parametrize(("mark", "known"), [("head", schema._HEAD), ("tier", schema._TIER)])
def test_the_policy_guide_has_every_word_of_the_schema(mark: str, known: tuple[str, ...]) -> None:
    named = words_of_table("writing-a-policy.md", mark)
    assert sorted(named) == sorted(known)


def test_the_settings_listed_are_those_read() -> None:
    listed = words_of_table("running-a-county.md", "settings")
    assert len(listed) == len(set(listed)) == 6
    assert [name for name in listed if name not in SETTINGS] == []


def test_the_paste_that_opens_an_area_does(db: None) -> None:
    from tongchou.platform.accounts.models import User

    assert os.environ.get("TONGCHOU_DEMO") is None
    [(_kind, paste)] = blocks("running-a-county.md", "python")
    exec(compile(paste, "running-a-county.md", "exec"), {})
    assert User.objects.get(login="guanli").check_password("Kaiju-2026-nov")
