"""Slips for what a window keeps: one when it takes a paper, another when it gives it back; the same for both sides."""

from django.http import HttpResponse

from tongban.cases.api import BlockView, OriginalView
from tongban.documents.api import LetterPaper, day_words
from tongban.identity.api import AgencyView
from tongban.kernel import clock
from tongban.portals.design.printed import paper_file


def slip_file(one: OriginalView, window: AgencyView) -> HttpResponse:
    """原件收存单; once the paper went back, 原件退还单."""
    return paper_file(slip_paper(one, window))


def slip_paper(one: OriginalView, window: AgencyView) -> LetterPaper:
    """What was taken or given back, when, by whom, and what to do with the slip."""
    taken = clock.local(one.taken_at)
    kept = f"{window.name}于 {day_words(taken.date())} {taken:%H:%M} 收存下列原件，用于办理「{one.matter}」（{one.application}）。"
    what = f"原件：{one.title}，共 {one.pieces} 件。"
    if one.returned_at is None:
        text = (
            kept,
            what,
            f"收存原因：{one.reason.rstrip('。')}。",
            f"保管人：{one.keeper_name}。领回时请带本单和身份证件；他人代领的，另带委托书。",
        )
        title, on = "原件收存单", taken.date()
    else:
        back = clock.local(one.returned_at)
        text = (
            kept,
            what,
            f"上述原件已于 {day_words(back.date())} {back:%H:%M} 退还：{one.way_words}，{one.returned_to}。",
            f"凭据：{one.proof.rstrip('。')}。",
        )
        title, on = "原件退还单", back.date()
    return LetterPaper(
        agency=window.code,
        issuer=window.name,
        title=title,
        number=one.slip,
        addressee=one.applicant_name,
        issued_on=on,
        imprint=(f"咨询：{window.name}　电话 {window.phone}",),
        text=text,
    )


def serials_file(one: BlockView, window: AgencyView) -> HttpResponse:
    """停机期间收件编号单: the unused numbers of a block, to be written on."""
    return paper_file(serials_paper(one, window))


def serials_paper(one: BlockView, window: AgencyView) -> LetterPaper:
    """A line for each unused number, with blanks for what a clerk writes."""
    blanks = "收件时间＿＿＿＿＿　申请人＿＿＿＿＿＿　事项＿＿＿＿＿＿＿＿＿　经手＿＿＿＿"
    free = [line.number for line in one.serials if line.state == "unused"]
    return LetterPaper(
        agency=window.code,
        issuer=window.name,
        title="停机期间收件编号单",
        number=f"{one.first}至{one.last[-4:]}",
        addressee=window.name,
        issued_on=clock.local(one.issued_at).date(),
        imprint=(f"咨询：{window.name}　电话 {window.phone}",),
        text=(
            f"停机：{one.words}。每收一件用一个编号，写在给申请人的收件单上；恢复以后照实际收件时间补录。",
            *(f"{number}　{blanks}" for number in free),
        ),
    )
