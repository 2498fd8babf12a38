"""Are the mutants that count made, and is what survives told?"""

from __future__ import annotations

import gc
from functools import partial
from types import SimpleNamespace

import pytest

from journey.decisions import recovery
from tests.decisions.states import reading
from tests.mutation.__main__ import told
from tests.mutation.children import Ready, apart
from tests.mutation.kept import equivalents
from tests.mutation.mutants import ROOT, Mutant, mutants

PATH = "journey/decisions/example.py"


def changed(text: str) -> set[str]:
    """What one line becomes."""
    return {it.after for it in mutants(PATH, text)}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("LIMIT = 140\n", {"LIMIT = 141", "LIMIT = 139"}),
        ('DOSE = Decimal("0.50")\n', {'DOSE = Decimal("0.51")', 'DOSE = Decimal("0.49")'}),
        ("holds = sbp <= limit\n", {"holds = sbp < limit"}),
        ("holds = a and b\n", {"holds = a or b"}),
        ("holds = not a\n", {"holds = a"}),
        ("EACH = {A, B}\n", {"EACH = {A,}", "EACH = {B,}"}),
        ("MEANS = {A: B, C: D}\n", {"MEANS = {A: B,}", "MEANS = {C: D,}"}),
        ("def f():\n    guard(A)\n", {"    pass", "    guard(None)"}),
        (
            "def f():\n    return a if b else c\n",
            {"    return a if (b) and False else c", "    return a if (b) or True else c"},
        ),
        (
            "class A:\n    most: int = number(9, unit='mg', source='somebody')\n",
            {"    most: int = number(10, unit='mg', source='somebody')"},
        ),
        ("@property\ndef f():\n    return 7\n", {"    return 8", "    return 6"}),
    ],
    ids=[
        "a number",
        "a decimal",
        "a bound",
        "and",
        "not",
        "a set",
        "a table",
        "a call",
        "a branch",
        "a policy",
        "decorated",
    ],
)
def test_what_counts_is_changed(text: str, expected: set[str]) -> None:
    """Numbers wherever they stand, bounds, both branches, every entry of a table, and a guard that is not there."""
    assert expected <= changed(text)


@pytest.mark.parametrize(
    "text",
    [
        "from a import b\n",
        '"""What is this?"""\n',
        "@dataclass(frozen=True)\nclass A:\n    pass\n",
        "class A:\n    '''What is this?'''\n",
        "def f():\n    return _of(asked, command)\n",
        "match a:\n    case _:\n        assert_never(a)\n",
        '__all__ = ["A", "B"]\n',
        'Sign = Callable[[Vitals], int | None]\nT = TypeVar("T", bound=Event)\n',
    ],
)
def test_what_no_patient_meets_is_left_alone(text: str) -> None:
    """Imports, docstrings, decorators, what only the type checker needs, names for types."""
    assert changed(text) == set()


def test_words_about_a_source_are_left_alone() -> None:
    """What a name says that is used for a source alone; a name that is told elsewhere, too, is changed."""
    words = "LABEL = 'the label'\nA = Number(value=4, source=LABEL)\n"
    assert {it.line for it in mutants(PATH, words)} == {2}
    assert {it.line for it in mutants(PATH, f"{words}told(LABEL)\n")} == {1, 2, 3}


def test_a_case_that_can_be_is_left_out() -> None:
    """A match without one of its cases is another match; the one that the type checker proves empty is none."""
    text = "match a:\n    case B():\n        b()\n    case C():\n        c()\n    case _:\n        assert_never(a)\n"
    assert changed(text) == {"", "        pass"}
    assert {it.line for it in mutants(PATH, text)} == {2, 3, 4, 5}


def test_a_mutant_knows_where_it_is_met() -> None:
    """One in a function is tried where it stands; what runs on import needs an import."""
    text = "LIMIT = 1\n\n\nclass A:\n    most = 2\n\n    def f(self):\n        return 3\n"
    assert {(it.line, it.in_function) for it in mutants(PATH, text)} == {(1, False), (5, False), (8, True)}


ONE, TWO = (Mutant(PATH, line, "a < b", "a <= b", str(line), in_function=True) for line in (1, 2))


def test_what_survived_is_told() -> None:
    """A mutant that no test notices, or none runs through, fails the run and lowers the score."""
    said = told([ONE, TWO], {ONE: "tests/test_a.py::test_b", TWO: "survived"}, {}, whole=True)
    assert f"survived: {PATH}:2: a < b -> a <= b" in said.lines
    assert said.lines[-1] == "Score: 50.00%, 1 of 2 that make a difference; 0 make none"
    assert said.faults == 1
    assert told([ONE], {ONE: "no test"}, {}, whole=True).faults == 1


def test_what_makes_no_difference_is_explained() -> None:
    """One that is listed with its reason counts for nothing; a reason that is needed no more fails the run."""
    listed = equivalents(f"{PATH}\n# The two are the same.\n    a < b -> a <= b\n")
    assert listed == {(PATH, "a < b -> a <= b"): "The two are the same."}
    assert told([ONE], {ONE: "survived"}, listed, whole=True).faults == 0
    said = told([ONE], {ONE: "tests/test_a.py::test_b"}, listed, whole=True)
    assert f"needs no reason: {PATH}: a < b -> a <= b" in said.lines
    assert said.faults == 1
    assert told([ONE], {ONE: "tests/test_a.py::test_b"}, listed, whole=False).faults == 0


def test_every_reason_is_given() -> None:
    """No change is listed without a reason."""
    assert all(len(reason.split()) > 2 for reason in equivalents().values())


def test_only_what_is_changed_is_changed() -> None:
    """The signs that a recovery is told by are three functions of one name: each changes by itself."""
    path = "journey/decisions/recovery.py"
    text = (ROOT / path).read_text(encoding="utf-8")
    half = "farthest <= policy.padss_vitals_half_pct"
    elsewhere, pulse = text.replace(half, half.replace("<=", "<")), text.replace("it.hr_per_min", "it.spo2_pct")
    for source, signs in ((elsewhere, [124, 78, 72]), (pulse, [124, 78, 98])):
        mutant = Mutant(path, 1, "", "", source, in_function=True)
        assert source != text
        apart(partial(then_signs, mutant, signs))


def then_signs(mutant: Mutant, expected: list[int]) -> None:
    """Expect the signs of a reading to be these once a mutant is in place."""
    session = SimpleNamespace(items=[])
    gc.freeze()  # as whoever works long does
    Ready(session).change(mutant)  # type: ignore[arg-type]  # a session that has collected nothing
    assert [sign(reading()) for sign in recovery.SIGNS] == expected
