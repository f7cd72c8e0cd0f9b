"""`wuming anonymize` as a person uses it."""

from __future__ import annotations

import json

import pytest

from wuming.app.cli.entry import invoke

TABLE = "id,name,age,city,plan,flag\n1,A,20,北京,x,y\n2,B,30,北京,x,n\n3,C,40,上海,x,y\n4,D,50,上海,x,n\n"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(TABLE)
    return path


def command(source, output, *more):
    return ["anonymize", str(source), "-o", str(output), "--quasi", "age,city", "--sensitive", "flag", *more]


def test_writes_a_table(source, tmp_path, capsys):
    output = tmp_path / "out.csv"
    assert invoke(command(source, output, "--k", "2", "--l", "2", "--subject", "id", "--direct", "name", "--json")) == 0
    assert output.read_text() == "age,city,flag\n<40,*,n\n<40,*,y\n>=40,*,n\n>=40,*,y\n"
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert claims["dropped_columns"] == ["plan"]
    assert claims["k"] == 2


@pytest.mark.parametrize("more", [["--k", "5", "--l", "1"], ["--k", "2", "--l", "3"], ["--k", "2", "--subject", "no"]])
def test_writes_nothing_where_it_refuses(source, tmp_path, more):
    output = tmp_path / "out.csv"
    assert invoke(command(source, output, *more)) == 32
    assert not output.exists()


def test_never_writes_over_what_it_reads(source):
    assert invoke(command(source, source, "--k", "2", "--l", "1")) == 70
    assert source.read_text() == TABLE
