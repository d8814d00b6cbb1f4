"""`tongchou export`, `replay` and `query` on an installation."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings
from python_calamine import CalamineWorkbook

from tongchou.commands.main import tongchou
from tongchou.core.money import format_yuan
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import PASSWORD, make_user
from tongchou.platform.trail.models import Act
from tongchou.settlement.models import Settlement
from tongchou.settlement.tests.make import make_county, make_settled

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]


@pytest.fixture
def run(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    settings.LAKE = tmp_path / "lake"
    monkeypatch.setenv("TONGCHOU_PASSWORD", PASSWORD)
    return lambda *words: CliRunner().invoke(tongchou, [*words])


@pytest.fixture
def bill(db: None) -> Settlement:
    make_county()
    return make_settled()


@pytest.fixture
def inspector(bill: Settlement) -> User:
    return make_user("inspector")


def test_exported_and_replayed(run: Run, bill: Settlement, tmp_path: Path) -> None:
    shown = run("export")
    assert shown.exit_code == 0 and "副本与账相等：1 张结算单" in shown.output
    shown = run("replay", "--year", "2019")
    assert shown.exit_code == 0, shown.output
    assert shown.output == "441700-resident 2019：1 张结算单，1 个人年，与账逐张相等\n"
    again = run("replay", "--year", "2019", "--area", "441700", "--lake", str(tmp_path / "lake"))
    assert again.output == shown.output
    assert Act.objects.filter(verb="lake.exported").exists()


def test_a_replay_makes_the_copy_that_is_not_there(run: Run, bill: Settlement) -> None:
    assert run("replay", "--year", "2019").exit_code == 0


def test_a_fen_more_is_listed(run: Run, bill: Settlement, tmp_path: Path) -> None:
    run("export")
    [path] = (tmp_path / "lake").rglob("bills/*.parquet")
    table = pq.read_table(path)
    at = table.schema.get_field_index("basic")
    forged = table.set_column(at, "basic", [[table["basic"][0].as_py() + 1]])
    size = path.stat().st_size
    pq.write_table(forged, path, compression="zstd", compression_level=1, write_page_checksum=True)
    manifest = tmp_path / "lake" / "manifest.json"
    text = manifest.read_text("utf-8")
    now = path.stat().st_size
    manifest.write_text(text.replace(f'"size": {size},', f'"size": {now},'), "utf-8")
    shown = run("replay", "--year", "2019")
    assert shown.exit_code == 1
    assert f"{bill.pk}：基本医保统筹 账上" in shown.output


def test_what_is_not_there(run: Run, bill: Settlement, tmp_path: Path) -> None:
    shown = run("replay", "--year", "2018")
    assert shown.exit_code == 2 and "没有 2018 年" in shown.output
    shown = run("replay", "--year", "2019", "--lake", str(tmp_path / "nowhere"))
    assert shown.exit_code == 2 and "tongchou export" in shown.output
    shown = run("export", "--area", "999999")
    assert shown.exit_code == 2 and "有的是：441700" in shown.output


def test_a_query_within_ones_rights(run: Run, inspector: User, bill: Settlement) -> None:
    run("export")
    sql = "select psn_no, fund_total from settlements join keys using (person)"
    shown = run("query", "--as", inspector.login, sql)
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.output) == {"psn_no": bill.person.psn_no, "fund_total": bill.fund_total}
    act = Act.objects.get(verb="lake.queried")
    assert json.loads(act.data) == {"identify": True, "rows": 1, "sql": sql}


def test_a_query_of_who_may_not_know_persons(run: Run, bill: Settlement) -> None:
    run("export")
    finance = make_user("finance")
    shown = run("query", "--as", finance.login, "select * from keys")
    assert shown.exit_code == 2 and "keys" in shown.output
    shown = run("query", "--as", finance.login, "select person from settlements")
    assert shown.exit_code == 0
    assert Act.objects.filter(verb="lake.refused").count() == 1


def test_a_query_without_the_right_is_refused_and_logged(run: Run, bill: Settlement) -> None:
    run("export")
    clerk = make_user("clerk", login="another")
    shown = run("query", "--as", clerk.login, "select 1")
    assert shown.exit_code == 2 and "不能查询" in shown.output
    assert json.loads(Act.objects.get(verb="lake.refused").data)["sql"] == "select 1"


def test_a_wrong_password_reads_nothing(
    run: Run, inspector: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", "wrong")
    shown = run("query", "--as", inspector.login, "select 1")
    assert shown.exit_code == 2 and "密码不对" in shown.output


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet", "xlsx"])
def test_files_of_each_kind(run: Run, inspector: User, tmp_path: Path, ending: str) -> None:
    run("export")
    out = tmp_path / f"rows.{ending}"
    sql = "select '=1+1' as name, 3 as n, date '2019-03-01' as day, ['a', 'b'] as list, null as no"
    assert run("query", "--as", inspector.login, "-o", str(out), sql).exit_code == 0
    if ending == "jsonl":
        assert json.loads(out.read_text("utf-8"))["name"] == "=1+1"
    elif ending == "csv":
        assert out.read_text("utf-8-sig").splitlines()[1] == "'=1+1,3,2019-03-01,a|b,"
    elif ending == "parquet":
        assert pq.read_table(out).to_pylist()[0]["n"] == 3
    else:
        rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
        assert rows[1][:2] == ["'=1+1", 3.0]


def test_a_file_of_no_kind(run: Run, inspector: User) -> None:
    shown = run("query", "--as", inspector.login, "-o", "rows.txt", "select 1")
    assert shown.exit_code == 2 and ".txt" in shown.output


REFORM = '{name: 三级降 100, changes: [{path: tiers.basic.deductible.level3, add: "-100.00"}]}'


@pytest.fixture
def simulate(run: Run, tmp_path: Path) -> Run:
    """Run `tongchou simulate` on the lake with one reform."""
    (tmp_path / "lower.yaml").write_text(REFORM, encoding="utf-8")
    return lambda *more, plan="441700-resident", year="2019": run(
        "simulate", "--plan", plan, "--year", year, "--reform", str(tmp_path / "lower.yaml"),
        "--out", str(tmp_path / "out"), "--allow-assumed", *more,
    )  # fmt: skip


def test_a_reform_on_the_lake(run: Run, simulate: Run, bill: Settlement, tmp_path: Path) -> None:
    run("export")
    shown = simulate("--lake", str(tmp_path / "lake"))
    assert (shown.exit_code, shown.output) == (0, "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert (summary["plan"], summary["claims"], summary["persons"]) == ("441700-resident", 1, 1)
    tiers = summary["reforms"][0]["tiers"]
    assert tiers["basic"]["before"] == format_yuan(bill.basic)
    # 100 x 60%; of the 60.00 that the person bears less, critical illness would have paid 60%.
    assert tiers["basic"]["difference"] == "60.00"
    assert tiers["critical_illness"]["difference"] == "-36.00"
    places = (tmp_path / "out" / "by_institution.csv").read_text("utf-8-sig")
    assert bill.institution is not None and bill.institution.code in places


def test_claims_come_from_one_place(simulate: Run, tmp_path: Path) -> None:
    for words in ((), ("--claims", "c.parquet", "--lake", str(tmp_path))):
        shown = simulate(*words)
        assert shown.exit_code == 2 and "--claims 和 --lake 写一个" in shown.output


def test_a_reform_on_what_is_not_there(
    run: Run, simulate: Run, bill: Settlement, tmp_path: Path
) -> None:
    lake = ("--lake", str(tmp_path / "lake"))
    assert "tongchou export" in simulate(*lake).output
    run("export")
    shown = simulate(*lake, year="2018")
    assert shown.exit_code == 2 and "有的是：441700-resident 2019" in shown.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("table", ["bills", "person_years", "settlements"])
@pytest.mark.parametrize("how", ["missing", "cut", "wrong"])
def test_a_damaged_lake_is_named_and_nothing_is_written(
    run: Run, simulate: Run, bill: Settlement, tmp_path: Path, table: str, how: str
) -> None:
    run("export")
    [path] = (tmp_path / "lake").rglob(f"{table}/*.parquet")
    whole = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(whole[:-20])
    else:
        path.write_bytes(whole[:-8] + bytes(8))
    shown = simulate("--lake", str(tmp_path / "lake"))
    # What simulate does not read may be wrong inside: `tongchou replay` and the export look there.
    read = table != "settlements" or how != "wrong"
    assert shown.exit_code == (2 if read else 0)
    assert (path.name in shown.output) == read
    assert (tmp_path / "out").exists() != read


def test_reports_are_listed_and_made(run: Run, bill: Settlement, tmp_path: Path) -> None:
    assert "医疗救助支出" in run("report").output
    run("export")
    out = tmp_path / "rows.csv"
    shown = run("report", "growth", "--year", "2019", "-o", str(out))
    assert shown.exit_code == 0, shown.output
    assert format_yuan(bill.fund_total) in shown.output and "虚构" not in shown.output
    assert out.read_text("utf-8-sig").splitlines()[1].startswith("2019,1,")
    shown = run("report", "balance", "--year", "2019", "--lake", str(tmp_path / "lake"))
    assert "支出（元）＝这一层在有效结算单上的支付之和" in shown.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing", "--year", "2019"), "没有报表 nothing"),
        (("aid",), "--year"),
        (("aid", "--year", "2018"), "有的是：2019"),
        (("aid", "--year", "2019", "--area", "110000"), "有的是：441700"),
        (("aid", "--year", "2019", "-o", "x.txt"), ".txt"),
    ],
)
def test_reports_that_cannot_be_made(
    run: Run, bill: Settlement, words: tuple[str, ...], said: str
) -> None:
    run("export")
    shown = run("report", *words)
    assert shown.exit_code == 2 and said in shown.output
