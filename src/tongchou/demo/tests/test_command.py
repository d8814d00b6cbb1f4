"""`tongchou demo` and `tongchou serve` as a newcomer and an operator start them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

TONGCHOU = [sys.executable, "-c", "from tongchou.commands.main import main; main()"]
# What the suite's own environment says about databases is not what is tried here.
PLAIN = {k: v for k, v in os.environ.items() if not k.startswith(("TONGCHOU_", "DJANGO_"))}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(address: str, process: "subprocess.Popen[str]", within: float = 240) -> str:
    until = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, OSError):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.2)


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*TONGCHOU, *arguments],
        env={**PLAIN, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.slow
def test_demo_is_built_served_stopped_and_taken_up_again(tmp_path: Path) -> None:
    folder, settled = tmp_path / "county", 0
    for start in (1, 2):
        port = free_port()
        command = [*TONGCHOU, "demo", "--scale", "300", "--dir", str(folder), "--port", str(port)]
        process = subprocess.Popen(
            command, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            shown = page(f"http://127.0.0.1:{port}/sign-in/", process)
            cast = json.loads((folder / "cast.json").read_text(encoding="utf-8"))
            assert all(user["login"] in shown for user in cast["users"])
            assert cast["gateway"] == f"http://127.0.0.1:{port}/fsi/api"
            time.sleep(6)
        finally:
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
        assert ("接着用" in output) == (start == 2)
        assert "Traceback" not in output
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
        counted = run(
            "manage", "shell", "-v", "0", "-c",
            "from tongchou.settlement.models import Answer; print(Answer.objects.count())",
            TONGCHOU_DIR=str(folder),
        )  # fmt: skip
        assert int(counted.stdout) > settled, counted.stderr
        settled = int(counted.stdout)


def test_demo_leaves_a_folder_of_others_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    done = run("demo", "--dir", str(tmp_path), "--port", str(free_port()))
    assert done.returncode == 1 and "请换一个空文件夹" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_demo_names_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        done = run("demo", "--dir", str(tmp_path / "county"), "--port", str(port))
    assert done.returncode == 1 and f"端口 {port} 已被占用" in done.stderr


def test_serve_wants_a_secret_and_a_database_that_is_up_to_date(tmp_path: Path) -> None:
    bare = run("serve", "--port", str(free_port()), TONGCHOU_DIR=str(tmp_path))
    assert bare.returncode == 1 and "TONGCHOU_SECRET_KEY" in bare.stderr
    empty = run("serve", TONGCHOU_DIR=str(tmp_path), TONGCHOU_SECRET_KEY="k" * 60)
    assert empty.returncode == 1 and "tongchou manage migrate" in empty.stderr


@pytest.mark.slow
def test_serve_answers_once_migrated(tmp_path: Path) -> None:
    port = free_port()
    environment = {"TONGCHOU_DIR": str(tmp_path), "TONGCHOU_SECRET_KEY": "k" * 60}
    assert run("manage", "migrate", "-v", "0", **environment).returncode == 0
    process = subprocess.Popen(
        [*TONGCHOU, "serve", "--port", str(port)], env={**PLAIN, **environment}, text=True
    )
    try:
        shown = page(f"http://127.0.0.1:{port}/sign-in/", process)
        assert "演示用户" not in shown
        assert (tmp_path / "static").is_dir()
    finally:
        process.terminate()
        process.wait(20)
