"""Each passage of a translation stands under the conditions of the English one, with its facts."""

import pytest
from built_out import REPORT

from backprop_lab.report.passages import compare_passages, passages

ENGLISH = """<% set won = value("c.outcome") %>
First, << fact("a.accuracy") >> against << fact("b.accuracy") >> in << fact("a.epochs") >> epochs.

<% if won == "supported" %>
ReLU leads by << times("lead", "point", "points") >> ([](#tbl-x)) [@lecun1998].
<% elif won == "opposed" %>
It does not, with $x$.
<% else %>
Nobody knows.
<% endif %>
<% for name in rows("t") if has(name) %>
<< claim("C1").parts["fixed"].estimate >><% if value("n") > 1 %> of << value("n") >><% endif %>.
<% endfor %>
<< "is" if value("n") == 1 else "are" >> << "old" if value("n") > 1 else "new" >>.

<% call figure("curves", alt="It ends at " ~ plain("a.end") ~ ".") %>
A caption with << mean("a.loss") >>.
<% endcall %>
<< table("t", columns=[column("n", "Count", values={"a": "one", "b": "two"})]) >>
"""
CHINESE = """<% set won = value("c.outcome") %>
先是 << fact("a.accuracy") >>，歷經 << fact("a.epochs") >> 個週期，對手為 << fact("b.accuracy") >>。

<% if won == "supported" %>
ReLU 領先 << fact("lead") >> 分（[](#tbl-x)）[@lecun1998]。
<% elif won == "opposed" %>
並非如此，$x$ 亦然。
<% else %>
無人知曉。
<% endif %>
<% for name in rows("t") if has(name) %>
<% if value("n") > 1 %><< value("n") >> 者之 <% endif %><< claim("C1").parts["fixed"].estimate >>。
<% endfor %>
<< "舊" if value("n") > 1 else "新" >>。

<% call figure("curves", alt="終點為 " ~ plain("a.end") ~ "。") %>
圖說：<< mean("a.loss") >>。
<% endcall %>
<< table("t", columns=[column("n", "數目", values={"a": "一", "b": "二"})]) >>
"""


def test_other_words_in_another_order_are_the_same_passages():
    assert list(compare_passages(CHINESE, ENGLISH, "x.md")) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        # two numbers of one kind, each in the other's place
        ("a.accuracy", "swapped", "asks for other things: lacks fact('a.accuracy') has fact('sw"),
        ('fact("a.accuracy")', 'fact("a.accuracy", "percent:1")', "has fact('a.accuracy', 'perc"),
        ('won == "supported"', 'won == "opposed"', "lacks a passage, or has it under other cond"),
        ('won == "supported"', 'won != "supported"', "stands under conditions that the English"),
        ('fact("lead")', 'fact("lag")', "lacks fact('lead') has fact('lag')"),
        ("[](#tbl-x)", "[](#tbl-y)", "lacks tbl-x has tbl-y"),
        ("[@lecun1998]", "", "lacks lecun1998"),
        ("$x$", "$y$", "lacks x has y"),
        ('value("n") > 1 %>', 'value("n") > 2 %>', "under other conditions"),
        ('parts["fixed"]', 'parts["tuned"]', "lacks claim('C1').parts['fixed'].estimate"),
        ('plain("a.end")', 'plain("b.end")', "x.md:16 (line 16 of the English one): asks"),
        ('mean("a.loss")', 'mean("b.loss")', "lacks mean('a.loss') has mean('b.loss')"),
        ("if has(name)", "if not has(name)", "under other conditions"),
        ("無人知曉。", '無人知曉 << fact("a.x") >>。', "has fact('a.x')"),
        ("\n無人知曉。\n", "\n無人\n\n知曉 [](#tbl-z)。\n", "stands under conditions that the E"),
        ("<% endfor %>", "<% endfo %>", "x.md:13: "),
    ],
)
def test_what_stands_elsewhere_or_asks_for_something_else_is_named(old, new, finding):
    assert old in CHINESE
    found = compare_passages(CHINESE.replace(old, new), ENGLISH, "x.md")
    assert finding in "\n".join(found)


def test_values_that_could_be_taken_for_each_other_keep_their_order():
    swapped = CHINESE.replace("a.accuracy", "x").replace("b.accuracy", "a.accuracy")
    swapped = swapped.replace('"x"', '"b.accuracy"')
    [finding] = compare_passages(swapped, ENGLISH, "x.md")
    assert (
        finding == "x.md:2 (line 2 of the English one): shows values of one kind in another order"
    )


def test_a_name_of_ones_own_is_nobodys_passage():
    own = '<% set mine = value("other") %>\n' + CHINESE
    assert list(compare_passages(own, ENGLISH, "x.md")) == []


def test_every_line_of_the_reports_prose_belongs_to_a_passage():
    text = (REPORT / "text/en/lab-report.md").read_text(encoding="utf-8")
    found = passages(text)
    words = " ".join(" ".join(one.words.split()) for one in found.values())
    for sentence in (
        "At the learning rate and batch size that the original names, three hidden layers learn.",
        "The accuracy axis is stretched towards the top.",
        "How far kernels move",
    ):
        assert (sentence in words) == (sentence in " ".join(text.split()))
    assert len(found) > 300
