"""The worked cases of a version: run on its plan, and rewritten to what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tongchou.core.policy import (
    INITIAL_STATE,
    Case,
    CaseResult,
    ClaimRefused,
    Plan,
    PolicyError,
    coverage,
    load_cases,
    run_cases,
    settle,
)
from tongchou.core.policy.cases import amounts_of, claim_of
from tongchou.platform.refusal import Refused

# A case that is a mapping but no claim: a missing amount, a level that is a list.
_NO_CLAIM = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Worked:
    """What the cases came to; `problem` is why they could not be read."""

    results: Sequence[CaseResult] = ()
    unreached: Sequence[str] = ()  # labels of the numbers that no case reaches
    problem: str = ""

    @property
    def failed(self) -> int:
        return sum(not result.passed for result in self.results)

    @property
    def summary(self) -> str:
        if self.problem:
            return _("读不懂")
        if self.failed:
            return _("%(n)s 个，%(bad)s 个不符") % {"n": len(self.results), "bad": self.failed}
        return _("%(n)s 个，全部通过") % {"n": len(self.results)}


def work_cases(plan: Plan, text: str) -> Worked:
    """Run the cases of `text` on `plan`."""
    try:
        cases = load_cases(text, source=plan.title)
        missed = set(coverage(plan, cases))
        labels = [n.label for n in plan.document.numbers() if n.path in missed]
        return Worked(run_cases(plan, cases), labels)
    except PolicyError as error:
        return Worked(problem=_("%(where)s：%(what)s") % _words(error))
    except _NO_CLAIM as error:
        return Worked(problem=_("算例里的单据不完整：%(what)s") % {"what": error})


def expect_results(plan: Plan, text: str) -> str:
    """Return the cases with what `plan` answers as expected. Raises Refused."""
    try:
        cases = load_cases(text, source=plan.title)
        answered = [{**case, "expect": _answers(plan, case)} for case in cases]
    except PolicyError as error:
        raise Refused(_("%(where)s：%(what)s") % _words(error), field="cases") from error
    except _NO_CLAIM as error:
        reason = _("算例里的单据不完整：%(what)s") % {"what": error}
        raise Refused(reason, field="cases") from error
    return yaml.safe_dump(answered, allow_unicode=True, sort_keys=False, width=100)


def _answers(plan: Plan, case: Case) -> list[dict[str, Any]]:
    """Fold the case's claims; of the amounts, answer those that the case asks about."""
    state = INITIAL_STATE
    found = []
    for raw, asked in zip(case["claims"], case["expect"], strict=True):
        try:
            outcome = settle(plan, state, claim_of(raw))
        except ClaimRefused as refused:
            found.append({"refused": refused.field})
            continue
        state = outcome.state
        amounts = amounts_of(outcome)
        names = [name for name in asked if name in amounts] or list(amounts)
        found.append({name: amounts[name] for name in names})
    return found


def _words(error: PolicyError) -> dict[str, str]:
    problem = error.problems[0]
    return {"where": problem.path, "what": f"{problem.message}。应为{problem.expected}"}
